import type { PlanGraph } from './plan-graph.ts'

const shapes = {
  source: ['[(', ')]'],
  stage: ['[', ']'],
  sink: ['[(', ')]'],
  rejects: ['[/', '/]'],
} as const

/** A flowchart in Mermaid's language. */
export function planMermaid({ title, nodes, edges }: PlanGraph): string {
  const lines = ['---', `title: ${JSON.stringify(title)}`, '---', 'flowchart LR']
  for (const { id, kind, lines: texts } of nodes) {
    const [open, close] = shapes[kind]
    lines.push(`  ${id}${open}"${texts.map(escape).join('<br/>')}"${close}`)
  }
  for (const { from, to, label, isAside } of edges) {
    const arrow = isAside ? '-.->' : '-->'
    lines.push(`  ${from} ${arrow}${label === '' ? '' : `|"${escape(label)}"|`} ${to}`)
  }
  return `${lines.join('\n')}\n`
}

/** Mermaid has entities of its own, by the number of the letter. */
function escape(text: string): string {
  return text.replace(/["#<>&;|]/g, (letter) => `#${letter.charCodeAt(0)};`).replace(/[\r\n]+/g, ' ')
}
