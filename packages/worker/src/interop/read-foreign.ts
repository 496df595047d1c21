import { arrowColumns, isArrowTable, isArrowVector, vectorColumn } from './arrow-columns.ts'
import type { CopyCounter } from './copy-counter.ts'
import type { Libraries } from './libraries.ts'
import { isPolarsFrame, isPolarsSeries, polarsColumns, seriesValues } from './polars-columns.ts'

export interface ForeignParts {
  readonly libraries: Libraries
  readonly copies: CopyCounter
}

/** Arrow tables, Polars frames and the columns of either as plain columns, anything else as it is. */
export function readForeign(returned: unknown, { libraries, copies }: ForeignParts): unknown {
  if (isArrowTable(returned)) return arrowColumns(returned)
  if (isPolarsFrame(returned)) return polarsColumns(returned, libraries, copies)
  return readForeignColumn(returned)
}

export function readForeignColumn(column: unknown): unknown {
  if (isPolarsSeries(column)) return seriesValues(column)
  return isArrowVector(column) ? vectorColumn(column) : column
}
