import {
  assignFields,
  compileRecordSchema,
  isSameType,
  type ObjectSchema,
  type RecordSchema,
  type RowInputOf,
  type RowOf,
} from '@redesmyn/core'
import type { DataFrame } from 'nodejs-polars'
import { type CheckedRows, checkBatches } from './frame/check-batches.ts'
import { batchesOfFrame, batchOfRows, frameOfBatches } from './frame/frame-batches.ts'

/** A Polars frame whose rows keep a schema: its columns are the schema's, in that order and with those types. */
export class TypedDataFrame<S extends ObjectSchema = ObjectSchema> {
  readonly schema: RecordSchema
  readonly frame: DataFrame
  /** For the compiler only: a frame of other columns is another type. */
  declare readonly '~types'?: (schema: S) => S

  private constructor(schema: RecordSchema, frame: DataFrame) {
    this.schema = schema
    this.frame = frame
  }

  /**
   * A frame, or rows, with its type. Columns that the schema does not name are left out, numbers widened where nothing is
   * lost. Rejects with SCHEMA_MISMATCH naming the columns, or the column, row and value, that break the schema.
   */
  static async of<S extends ObjectSchema>(
    schema: S,
    given: DataFrame | readonly RowInputOf<S>[],
  ): Promise<TypedDataFrame<S>> {
    const compiled = compileRecordSchema(schema, 'schema of a TypedDataFrame')
    const subject = 'a TypedDataFrame was given'
    return await TypedDataFrame.#check<S>(given, { schema: compiled, code: 'SCHEMA_MISMATCH', subject })
  }

  /** Of a frame that was read by its schema. */
  static '~checked'(schema: RecordSchema, frame: DataFrame): TypedDataFrame {
    return new TypedDataFrame(schema, frame)
  }

  static async #check<S extends ObjectSchema>(
    given: DataFrame | readonly unknown[],
    rows: CheckedRows,
  ): Promise<TypedDataFrame<S>> {
    const { fields } = rows.schema
    if (isRows(given)) {
      const checked = await checkBatches([batchOfRows(fields, given, rows.subject)], rows)
      return new TypedDataFrame(rows.schema, await frameOfBatches(fields, checked))
    }
    const batches = batchesOfFrame(given)
    const checked = await checkBatches(batches, rows)
    const columns = batches[0]?.fields ?? []
    const isSame = fields.every(({ name, type }, index) => {
      const column = columns[index]
      return column !== undefined && column.name === name && isSameType(column.type, type)
    })
    const frame = isSame && columns.length === fields.length ? given : await frameOfBatches(fields, checked)
    return new TypedDataFrame(rows.schema, frame)
  }

  get rowCount(): number {
    return this.frame.height
  }

  /** The rows as objects, built anew with every call. */
  rows(): readonly RowOf<S>[] {
    const batches = batchesOfFrame(this.frame).map((batch) => assignFields(batch, this.schema.fields))
    // The frame was checked when this was made.
    return batches.flatMap((batch) => batch.rows()) as unknown as RowOf<S>[]
  }
}

function isRows(given: DataFrame | readonly unknown[]): given is readonly unknown[] {
  return Array.isArray(given)
}
