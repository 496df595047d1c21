import type { ColumnSource } from './column-vector.ts'

/** The values `from` to `to` (exclusive) of a column as a plain array. */
export function readItems(vector: ColumnSource, from: number, to: number): unknown[] {
  if (vector.kind === 'number' && vector.nulls.validity === undefined)
    return Array.from(vector.values.subarray(from, to))
  const items = new Array<unknown>(to - from)
  for (let index = from; index < to; index++) items[index - from] = vector.get(index)
  return items
}
