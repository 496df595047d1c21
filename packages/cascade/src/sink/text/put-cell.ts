import type { ColumnVector, RecordBatch } from '@redesmyn/core'
import type { TextBuffer } from './text-buffer.ts'

/** Puts the value of a row. */
export type PutCell = (row: number) => void

/** Puts the rows of a batch, one by one. */
export type PutRows = (batch: RecordBatch, out: TextBuffer) => PutCell

/** Whole numbers, which both formats write alike. */
export function putIntegers(vector: Extract<ColumnVector, { kind: 'number' | 'int64' }>, out: TextBuffer): PutCell {
  const { values } = vector
  if (vector.kind === 'number') return (row) => out.putInteger(Number(values[row]))
  return (row) => {
    const value = vector.numberAt(row)
    if (Number.isSafeInteger(value)) out.putInteger(value)
    else out.putAscii(`${values[row]}`)
  }
}

/** Puts something else for nulls. */
export function withNulls({ nulls }: ColumnVector, put: PutCell, putNull: () => void): PutCell {
  if (nulls.validity === undefined) return put
  return (row) => {
    if (nulls.has(row)) putNull()
    else put(row)
  }
}
