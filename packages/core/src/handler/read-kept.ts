import type { HandlerColumns } from '../record-batch/output/column-sources.ts'
import type { Field } from '../schema/field.ts'
import type { AnyBatch } from './batch.ts'
import { pickColumns, pickRows } from './pick-rows.ts'

export interface KeptReading {
  readonly fields: readonly Field[]
  readonly stage: string
  /** Rows of the batch that were not rejected; undefined: all. */
  readonly kept: readonly number[] | undefined
}

/** What a handler leaves for a row that it rejected is ignored, whatever it is. Throws OUTPUT_SCHEMA_MISMATCH. */
export function readKept(batch: AnyBatch, returned: unknown, { fields, stage, kept }: KeptReading): HandlerColumns {
  if (kept === undefined) return batch['~read'](returned, fields, stage)
  const picked = pickRows(returned, kept, batch.rowCount)
  if (picked !== undefined) return batch['~read'](picked, fields, stage)
  return pickColumns(batch['~read'](returned, fields, stage), kept, batch.rowCount)
}

/** Undefined where all rows are kept. */
export function keptRows(rowCount: number, rejected: { has(row: number): boolean; readonly size: number }) {
  if (rejected.size === 0) return undefined
  return Array.from({ length: rowCount }, (_, row) => row).filter((row) => !rejected.has(row))
}
