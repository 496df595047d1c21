import type { PlanGraph } from './plan-graph.ts'

const shapes = { source: 'cylinder', stage: 'box', sink: 'cylinder', rejects: 'note' } as const

/** A graph in the language of Graphviz. */
export function planDot({ title, nodes, edges }: PlanGraph): string {
  const lines = [`digraph ${quote(title)} {`, '  rankdir=LR', '  node [fontname="sans-serif"]']
  for (const { id, kind, lines: texts } of nodes) {
    lines.push(`  ${id} [shape=${shapes[kind]}, label=${quote(texts.join('\n'))}]`)
  }
  for (const { from, to, label, isAside } of edges) {
    lines.push(`  ${from} -> ${to} [label=${quote(label)}${isAside ? ', style=dashed' : ''}]`)
  }
  return `${lines.join('\n')}\n}\n`
}

function quote(text: string): string {
  return `"${text.replace(/["\\]/g, '\\$&').replace(/\n/g, '\\n')}"`
}
