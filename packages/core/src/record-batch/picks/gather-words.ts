import type { Int64Array, NumberArray } from '../number-array.ts'
import type { RowPicks } from './row-picks.ts'

/** Values of fixed width as integers of no more than 32 bits: what is only moved is never read as a float or a bigint. */
type Words = Int8Array | Int16Array | Int32Array

type FixedValues = NumberArray | Int64Array

/** Puts values at `row` and what follows; all columns have values of the same width. */
export function gatherWords(
  target: FixedValues,
  row: number,
  columns: readonly { readonly values: FixedValues }[],
  picks: RowPicks,
): void {
  const words = columns.map(({ values }) => wordsOf(values))
  if (target.BYTES_PER_ELEMENT === 8) gatherPairs(wordsOf(target), row, words, picks)
  else gatherSingle(wordsOf(target), row, words, picks)
}

function gatherSingle(target: Words, at: number, values: readonly Words[], { sources, rows }: RowPicks): void {
  for (let place = 0; place < rows.length; place++) {
    const row = rows[place]
    target[at + place] = row < 0 ? 0 : values[sources[place]][row]
  }
}

function gatherPairs(target: Words, at: number, values: readonly Words[], { sources, rows }: RowPicks): void {
  let low = at * 2
  for (let place = 0; place < rows.length; place++, low += 2) {
    const row = rows[place]
    const own = values[sources[place]]
    target[low] = row < 0 ? 0 : own[row * 2]
    target[low + 1] = row < 0 ? 0 : own[row * 2 + 1]
  }
}

function wordsOf({ buffer, byteOffset, byteLength, BYTES_PER_ELEMENT }: FixedValues): Words {
  if (BYTES_PER_ELEMENT === 1) return new Int8Array(buffer, byteOffset, byteLength)
  if (BYTES_PER_ELEMENT === 2) return new Int16Array(buffer, byteOffset, byteLength / 2)
  return new Int32Array(buffer, byteOffset, byteLength / 4)
}
