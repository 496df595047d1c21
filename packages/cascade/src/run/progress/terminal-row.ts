/** Escapes before and after a text: they take no room. */
export const looks = {
  plain: ['', ''],
  bold: ['\x1b[1m', '\x1b[22m'],
  dim: ['\x1b[2m', '\x1b[22m'],
  slow: ['\x1b[33m', '\x1b[39m'],
  bad: ['\x1b[31m', '\x1b[39m'],
} as const

type Look = readonly [before: string, after: string]

export interface Cell {
  readonly text: string
  readonly look: Look
}

/** A line as cells that stand one behind the other, two blanks between them. */
export type Row = readonly Cell[]

export function plain(text: string): Cell {
  return { text, look: looks.plain }
}

/** Letters of a row, without a limit. */
export function widthOf(row: Row): number {
  return row.reduce((sum, { text }) => sum + text.length + 2, -2)
}

/** A line of that width at most. */
export function setRow(row: Row, width: number, hasColor: boolean): string {
  let room = width
  const pieces: string[] = []
  for (const [index, { text, look }] of row.entries()) {
    const gap = index === 0 ? '' : '  '
    const shown = cut(text, Math.max(0, room - gap.length))
    if (shown === '' && text !== '') break
    const [before, after] = hasColor ? look : looks.plain
    pieces.push(gap, before, shown, after)
    room -= gap.length + shown.length
  }
  return pieces.join('').trimEnd()
}

/** A text of that many letters at most; an ellipsis says that there were more. */
export function cut(text: string, width: number): string {
  if (text.length <= width) return text
  return width <= 1 ? text.slice(0, width) : `${text.slice(0, width - 1)}…`
}
