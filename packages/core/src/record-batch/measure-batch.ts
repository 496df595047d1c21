import type { Capacity } from './capacity.ts'
import type { RecordBatch } from './record-batch.ts'

/** The exact room that the rows of a batch take. */
export function measureBatch({ columns, rowCount }: RecordBatch): Capacity {
  return { rows: rowCount, variable: columns.flatMap((column) => column.measure(0, rowCount)) }
}
