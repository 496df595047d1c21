import type { RecordBatch } from '../record-batch/record-batch.ts'
import type { ColumnVector } from '../record-batch/vectors/column-vector.ts'

/** Values of a partition's columns as text, by the column's name; one that is null is left out. */
export type PartitionValues = Readonly<Record<string, string>>

/** Rows that have the same values in the columns of a partition. */
export interface Partition {
  readonly values: PartitionValues
  /** Their numbers, ascending. */
  readonly rows: readonly number[]
}

/** The rows by the values of some columns, in the order in which each comes first: read column by column. */
export function partitionsOf(rows: RecordBatch, by: readonly string[]): readonly Partition[] {
  const columns = by.map((name) => rows.column(name))
  const ids = columns.reduce(tellApart, new Int32Array(rows.rowCount))
  const found: number[][] = []
  for (let row = 0; row < ids.length; row++) (found[ids[row]] ??= []).push(row)
  return found.map((own) => ({ values: valuesOf(by, columns, own[0]), rows: own }))
}

/** Numbers from 0 on: rows have the same one if they had it before and have the same value. */
function tellApart(before: Int32Array<ArrayBuffer>, column: ColumnVector): Int32Array<ArrayBuffer> {
  const known: Map<unknown, number>[] = []
  let count = 0
  return before.map((id, row) => {
    const ofId = (known[id] ??= new Map())
    const value = column.get(row)
    const number = ofId.get(value) ?? count
    if (number < count) return number
    ofId.set(value, number)
    count++
    return number
  })
}

/** Only columns of texts, numbers and booleans can be partitioned by. */
function textOf(value: unknown): string {
  if (typeof value === 'number' || typeof value === 'bigint' || typeof value === 'boolean') return String(value)
  return typeof value === 'string' ? value : ''
}

function valuesOf(by: readonly string[], columns: readonly ColumnVector[], row: number): PartitionValues {
  // Entries, because assigning a column named __proto__ would set the prototype.
  return Object.fromEntries(
    columns.flatMap((column, index) => {
      const value = column.get(row)
      return value === null ? [] : [[by[index], textOf(value)]]
    }),
  )
}
