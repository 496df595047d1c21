import type { Help } from 'commander'

/** Wider terms have their description below them: beside them too little of 80 columns would be left. */
const widestTerm = 32
const indent = '      '

/** How `--help` sets a term and its description, at any width of the terminal. */
export const helpLayout = {
  formatItem(term: string, termWidth: number, description: string, helper: Help): string {
    const width = helper.helpWidth ?? 80
    if (description === '') return `  ${term}`
    if (termWidth > widestTerm)
      return `  ${term}\n${indented(helper.boxWrap(description, width - indent.length), indent)}`
    const beside = ' '.repeat(termWidth + 4)
    const text = indented(helper.boxWrap(description, width - beside.length), beside)
    return `  ${term.padEnd(termWidth)}  ${text.trimStart()}`
  },
} satisfies Partial<Help>

function indented(text: string, by: string): string {
  return text.replace(/^/gm, by)
}
