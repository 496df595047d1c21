import type { RecordBatch as ArrowBatch } from 'apache-arrow'
import type { DataFrame } from 'nodejs-polars'
import type { BatchTensor } from '../record-batch/batch-tensor.ts'
import type { HandlerColumns } from '../record-batch/output/column-sources.ts'
import type { RecordBatch } from '../record-batch/record-batch.ts'
import type { Field } from '../schema/field.ts'
import type { NumericArrayName, NumericArrays } from '../schema/read-only-array.ts'
import type { AnyColumn, ColumnOf, NumericNameOf, RowOf, WritableColumnOf } from '../schema/static.ts'
import type { ObjectSchema } from '../schema/object-schema.ts'

/**
 * Rows of several requests, as columns in shared memory. A handler takes the view that suits it; what each view
 * copies is counted in `cascade_copied_bytes_total`.
 *
 * Views are valid until the handler's promise settles: the memory is reused for later batches.
 */
export interface Batch<I extends ObjectSchema = ObjectSchema, O extends ObjectSchema = ObjectSchema> {
  readonly rowCount: number
  /** Names of the input columns, in schema order. */
  readonly columnNames: readonly ColumnNameOf<I>[]
  /** Names of the output columns, in schema order; empty for a stage without an output schema. */
  readonly outputNames: readonly ColumnNameOf<O>[]
  /** No copy. Throws HANDLER_ERROR for a name that the schema lacks. */
  column<Name extends ColumnNameOf<I>>(name: Name): ColumnOf<I['properties'][Name]>
  /** Objects, built on demand and once. */
  rows(): readonly RowOf<I>[]
  /** An Arrow record batch whose columns are views of the same memory: no copy. */
  toArrow(): ArrowBatch
  /** A Polars frame with the schema's columns and types: one copy, made by Polars. */
  toPolars(): DataFrame
  /**
   * A numeric column as doubles, int64 and timestamps (milliseconds) too: one copy, of the handler's own. Null is NaN;
   * whole numbers beyond 2^53 are rounded. Much faster to compute with than the bigints of `column`.
   */
  numbers(name: NumericNameOf<I>): Float64Array
  /** Numeric columns side by side, row after row, as ONNX models take them: one copy. Null is NaN. */
  tensor(names: readonly NumericNameOf<I>[]): BatchTensor
  /** Room for an output column in the memory that the answer is read from: what is written there is not copied again. */
  out<Name extends NumericNameOf<O>>(name: Name): WritableColumnOf<O['properties'][Name]>
  /** Rows `from` to `to` (exclusive): views of the same memory. */
  slice(from: number, to: number): Batch<I, O>
  /** For the compiler only: a batch of other columns is another type, in both directions. */
  readonly '~columns'?: (input: I, output: O) => readonly [I, O]
}

/** A batch without its types: what the runtime hands to a handler. */
export interface AnyBatch {
  readonly rowCount: number
  readonly columnNames: readonly string[]
  readonly outputNames: readonly string[]
  column(name: string): AnyColumn
  rows(): readonly Readonly<Record<string, unknown>>[]
  toArrow(): ArrowBatch
  toPolars(): DataFrame
  numbers(name: string): Float64Array
  tensor(names: readonly string[]): BatchTensor
  out(name: string): NumericArrays[NumericArrayName]['writable']
  slice(from: number, to: number): AnyBatch
  /** The columns themselves, for handlers that have them run elsewhere. */
  readonly '~records': RecordBatch
  /** For handlers within a handler: the same views of other columns, in memory that nobody shares. */
  '~derive'(change: BatchChange): AnyBatch
  /** For handlers within a handler: what one returned, as columns by name. Throws OUTPUT_SCHEMA_MISMATCH. */
  '~read'(returned: unknown, fields: readonly Field[], stage: string): HandlerColumns
}

/** What a derived batch has of its own; undefined: as the batch it is derived from. */
export interface BatchChange {
  readonly input: RecordBatch | undefined
  /** Room for outputs. */
  readonly output: RecordBatch | undefined
}

export type ColumnNameOf<I extends ObjectSchema> = ObjectSchema extends I ? string : keyof I['properties'] & string
