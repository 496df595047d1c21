import type { RecordBatch as ArrowBatch } from 'apache-arrow'
import type { DataFrame } from 'nodejs-polars'
import { PipelineError } from '../errors/pipeline-error.ts'
import type { AnyBatch, BatchChange } from '../handler/batch.ts'
import { type BatchTensor, batchTensor, columnNumbers } from '../record-batch/batch-tensor.ts'
import { handlerColumn } from '../record-batch/handler-column.ts'
import type { HandlerColumns } from '../record-batch/output/column-sources.ts'
import { outputColumns } from '../record-batch/output/output-columns.ts'
import type { RecordBatch } from '../record-batch/record-batch.ts'
import type { Field } from '../schema/field.ts'
import type { BatchViews } from './batch-views.ts'

export interface DirectBatchParts {
  readonly input: RecordBatch
  /** Room for outputs; undefined for a stage without an output schema. */
  readonly output: RecordBatch | undefined
  readonly views: BatchViews | undefined
}

/** The batch of a direct call: the same views as in a thread, over memory that nobody shares. */
export class DirectBatch implements AnyBatch {
  readonly #parts: DirectBatchParts

  constructor(parts: DirectBatchParts) {
    this.#parts = parts
  }

  get rowCount(): number {
    return this.#parts.input.rowCount
  }

  get columnNames(): readonly string[] {
    return this.#parts.input.fields.map(({ name }) => name)
  }

  get outputNames(): readonly string[] {
    return this.#parts.output?.fields.map(({ name }) => name) ?? []
  }

  column(name: string) {
    return handlerColumn(this.#parts.input.column(name))
  }

  rows() {
    return this.#parts.input.rows()
  }

  toArrow(): ArrowBatch {
    return this.#views('toArrow').toArrow(this.#parts.input)
  }

  toPolars(): DataFrame {
    return this.#views('toPolars').toPolars(this.#parts.input)
  }

  numbers(name: string): Float64Array {
    return columnNumbers(this.#parts.input, name)
  }

  tensor(names: readonly string[]): BatchTensor {
    return batchTensor(this.#parts.input, names)
  }

  /** Whether the output column holds lists, for what makes one of numbers. */
  wantsLists(name: string): boolean {
    const kind = this.#parts.output?.column(name).kind
    return kind === 'list' || kind === 'fixed-list'
  }

  out(name: string) {
    const vector = this.#parts.output?.column(name)
    if (vector?.kind === 'number' || vector?.kind === 'int64') return vector.values
    throw new PipelineError('HANDLER_ERROR', `there is no numeric output column "${name}"`)
  }

  slice(from: number, to: number): DirectBatch {
    const { input, output, views } = this.#parts
    return new DirectBatch({ input: input.slice(from, to), output: output?.slice(from, to), views })
  }

  get '~records'(): RecordBatch {
    return this.#parts.input
  }

  '~derive'(change: BatchChange): DirectBatch {
    const { input, output, views } = this.#parts
    return new DirectBatch({ input: change.input ?? input, output: change.output ?? output, views })
  }

  '~read'(returned: unknown, fields: readonly Field[], stage: string): HandlerColumns {
    return outputColumns(fields, this.#parts.views?.readOutput(returned) ?? returned, stage)
  }

  #views(method: string): BatchViews {
    const { views } = this.#parts
    if (views !== undefined) return views
    throw new PipelineError('LIFECYCLE_MISUSE', `${method} in a direct call needs the option "views"`)
  }
}
