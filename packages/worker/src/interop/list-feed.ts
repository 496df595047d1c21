import { type AnyBatch, type HandlerContext, type NumericColumn, PipelineError } from '@redesmyn/core'
import { holdsNumbers, type ListColumn, listNumbers, listShape } from './list-numbers.ts'
import type { OnnxValueInfo } from './onnx-model.ts'

type Context = Pick<HandlerContext<unknown>, 'reject'>

/** Numbers for an input of a model, and the shape that the model is to see them in. */
export interface FeedNumbers {
  readonly columns: readonly NumericColumn[]
  readonly dims: readonly number[]
}

/** A column of lists of any length, with numbers in them. */
export function numberListOf(column: object): ListColumn | undefined {
  if (!('kind' in column) || column.kind !== 'list') return undefined
  // Only columns of the batch itself have a kind.
  const list = column as ListColumn
  return holdsNumbers(list) ? list : undefined
}

/**
 * Lists as one tensor: those of all rows have one length, which the model's own dimensions, where it has any, decide.
 * Rows of another shape are rejected. Throws CONFIG_INVALID where rows met that the model cannot take together.
 */
export function listFeed(input: OnnxValueInfo, batch: AnyBatch, column: ListColumn, context: Context): FeedNumbers {
  const { rowCount } = batch
  const shapes = Array.from({ length: rowCount }, (_, row) => listShape(column, row))
  const isSound = shapes.map((shape) => shape !== undefined && takes(input, shape))
  for (const [row, shape] of shapes.entries()) {
    if (!isSound[row]) context.reject(row, 'RECORD_INVALID', shapeMessage(input, column, shape))
  }
  const first = shapes.find((_, row) => isSound[row])
  if (first === undefined) throw new PipelineError('RECORD_INVALID', shapeMessage(input, column, shapes[0]))
  const stranger = shapes.find((shape, row) => isSound[row] && shape?.join() !== first.join())
  if (stranger !== undefined) throw mixed(column, first, stranger)
  const dims = [rowCount, ...(isFixed(input) ? input.shape.slice(1).map(Number) : first)]
  return { columns: [listNumbers(column, product(first), isSound)], dims }
}

/** A model of fixed dimensions takes as many numbers in whatever lists; others want lists that are as deep as they. */
function takes(input: OnnxValueInfo, shape: readonly number[]): boolean {
  const rest = input.shape.slice(1)
  if (isFixed(input)) return product(rest.map(Number)) === product(shape)
  return rest.length === shape.length && rest.every((dim, index) => typeof dim !== 'number' || dim === shape[index])
}

function isFixed({ shape }: OnnxValueInfo): boolean {
  return shape.slice(1).every((dim) => typeof dim === 'number')
}

function product(dims: readonly number[]): number {
  return dims.reduce((total, dim) => total * dim, 1)
}

function shapeMessage({ name, shape }: OnnxValueInfo, { field }: ListColumn, received: readonly number[] | undefined) {
  const given = received === undefined ? 'no shape' : `the shape [${received.join(', ')}]`
  return `column "${field.name}" has ${given} in this row, the model's input "${name}" takes [${shape.slice(1).join(', ')}]`
}

function mixed({ field }: ListColumn, one: readonly number[], other: readonly number[]): PipelineError {
  const shapes = `[${one.join(', ')}] and [${other.join(', ')}]`
  const message = `rows of the shapes ${shapes} met in a batch: name the column "${field.name}" in batch.sameShape`
  return new PipelineError('CONFIG_INVALID', message)
}
