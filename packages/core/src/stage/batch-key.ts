import { PipelineError } from '../errors/pipeline-error.ts'
import type { RecordBatch } from '../record-batch/record-batch.ts'
import type { ColumnVector } from '../record-batch/vectors/column-vector.ts'
import type { ObjectSchema } from '../schema/object-schema.ts'
import type { RowOf } from '../schema/static.ts'
import type { StageOptions } from './stage-options.ts'

/** The text that rows of one batch have in common. Throws what the user's function throws. */
export type BatchKey = (rows: RecordBatch, row: number) => string

/** Throws CONFIG_INVALID for a column that the input lacks. */
export function resolveBatchKey<I extends ObjectSchema, O extends ObjectSchema, M>(
  owner: string,
  { batch, input }: StageOptions<I, O, M>,
): BatchKey | undefined {
  const { sameShape = [], key } = batch ?? {}
  for (const name of sameShape) checkColumn(owner, name, input)
  if (key === undefined) return sameShape.length === 0 ? undefined : (rows, row) => shapesOf(rows, row, sameShape)
  if (typeof key !== 'function') throw invalid(`batch.key of ${owner} must be a function, got ${typeof key}`)
  return (rows, row) => {
    // The columns are those of the schema that the function was written for.
    const own = key(rows.row(row) as RowOf<I>)
    if (typeof own !== 'string') {
      throw new PipelineError('HANDLER_ERROR', `batch.key of ${owner} must return a text, got ${typeof own}`)
    }
    return `${shapesOf(rows, row, sameShape)} ${own}`
  }
}

/** Rows by key, each with the numbers of its rows in order. */
export function rowsByKey(rows: RecordBatch, keyOf: BatchKey): ReadonlyMap<string, readonly number[]> {
  const found = new Map<string, number[]>()
  for (let row = 0; row < rows.rowCount; row++) {
    const key = keyOf(rows, row)
    const known = found.get(key)
    if (known === undefined) found.set(key, [row])
    else known.push(row)
  }
  return found
}

function checkColumn(owner: string, name: string, input: ObjectSchema | undefined): void {
  if (input === undefined || Object.hasOwn(input.properties, name)) return
  throw invalid(`batch.sameShape of ${owner} names "${name}", which its input lacks`)
}

function shapesOf(rows: RecordBatch, row: number, names: readonly string[]): string {
  let shapes = ''
  for (const name of names) {
    const has = rows.fields.some((field) => field.name === name)
    shapes += has ? `${shapeOf(rows.column(name), row)};` : ';'
  }
  return shapes
}

/** `3` for three numbers, `2x3` for two lists of three; lists of unequal lengths among each other are `2[3,1]`. */
function shapeOf(column: ColumnVector, row: number): string {
  if (column.kind !== 'list' && column.kind !== 'fixed-list') return ''
  if (column.isNull(row)) return '-'
  const { items } = column
  const from = column.kind === 'list' ? column.offsets[row] : row * column.size
  const length = column.kind === 'list' ? column.offsets[row + 1] - from : column.size
  if (items.kind !== 'list' && items.kind !== 'fixed-list') return `${length}`
  const shapes = Array.from({ length }, (_, index) => shapeOf(items, from + index))
  return shapes.every((shape) => shape === shapes[0])
    ? `${length}x${shapes[0] ?? ''}`
    : `${length}[${shapes.join(',')}]`
}

function invalid(message: string): PipelineError {
  return new PipelineError('CONFIG_INVALID', message)
}
