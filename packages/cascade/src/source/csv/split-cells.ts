/** One value of a record as it is written. */
export interface Cell {
  /** Without its quotes, two of which within them are one. */
  readonly text: string
  readonly isQuoted: boolean
}

export type SplitCells =
  | { readonly kind: 'cells'; readonly cells: readonly Cell[] }
  | { readonly kind: 'bad'; readonly message: string }

/** The values of a record, which is given without its line's end. */
export function splitCells(record: string, delimiter: string): SplitCells {
  const cells: Cell[] = []
  let place = 0
  for (;;) {
    if (record[place] === '"') {
      const end = endOfQuotes(record, place)
      if (end < 0) return bad(cells.length, 'expected a closing quote, got the end of the line')
      if (end < record.length && record[end] !== delimiter) {
        return bad(cells.length, `expected a delimiter behind the closing quote, got ${JSON.stringify(record[end])}`)
      }
      cells.push({ text: record.slice(place + 1, end - 1).replaceAll('""', '"'), isQuoted: true })
      place = end
    } else {
      const next = record.indexOf(delimiter, place)
      const end = next < 0 ? record.length : next
      cells.push({ text: record.slice(place, end), isQuoted: false })
      place = end
    }
    if (place === record.length) return { kind: 'cells', cells }
    place++
  }
}

/** Behind the closing quote of a value whose opening quote is at `at`; -1 where there is none. */
function endOfQuotes(record: string, at: number): number {
  let place = at + 1
  for (;;) {
    const quote = record.indexOf('"', place)
    if (quote < 0) return -1
    if (record[quote + 1] !== '"') return quote + 1
    place = quote + 2
  }
}

function bad(column: number, reason: string): SplitCells {
  return { kind: 'bad', message: `value ${column + 1}: ${reason}` }
}
