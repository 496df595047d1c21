import {
  type AnyBatch,
  type BatchChange,
  type BatchTensor,
  batchTensor,
  columnNumbers,
  type Field,
  type HandlerColumns,
  handlerColumn,
  PipelineError,
  type RecordBatch,
} from '@redesmyn/core'
import type { RecordBatch as ArrowBatch } from 'apache-arrow'
import type { DataFrame } from 'nodejs-polars'
import { arrowView } from '../interop/arrow-view.ts'
import type { Libraries } from '../interop/libraries.ts'
import { polarsFrame } from '../interop/polars-frame.ts'
import type { SlabPart } from '../memory/slab-layout.ts'
import type { CopyCounts, CopyReason } from './copy-counts.ts'
import { readOutput } from './read-output.ts'

export interface HandlerBatchParts {
  readonly input: RecordBatch
  /** The room for outputs in the slab; `undefined` for a stage without an output schema. */
  readonly output: RecordBatch | undefined
  readonly columnNames: readonly string[]
  readonly outputNames: readonly string[]
  readonly stage: string
  readonly copies: CopyCounts
  readonly libraries: Libraries
  /** See `PolarsParts`. */
  readonly head: SlabPart | undefined
  /** Whether the columns are what the requests brought, for a stage without an input schema. */
  readonly isInferred: boolean
}

/** What a handler gets: views of the slab, made when it asks for them. */
export class HandlerBatch implements AnyBatch {
  readonly #parts: HandlerBatchParts
  /** The batch that this one is a part of, or itself. */
  readonly #whole: HandlerBatch
  #rows: Record<string, unknown>[] | undefined
  #whenOver: (() => void)[] | undefined
  #isOver = false

  constructor(parts: HandlerBatchParts, whole?: HandlerBatch) {
    this.#parts = parts
    this.#whole = whole ?? this
  }

  get rowCount(): number {
    return this.#parts.input.rowCount
  }

  get columnNames(): readonly string[] {
    return this.#parts.columnNames
  }

  get outputNames(): readonly string[] {
    return this.#parts.outputNames
  }

  column(name: string) {
    return handlerColumn(this.#parts.input.column(name))
  }

  rows(): readonly Record<string, unknown>[] {
    this.#rows ??= this.#parts.input.rows()
    return this.#rows
  }

  toArrow(): ArrowBatch {
    const { input, libraries, copies } = this.#parts
    return arrowView(input, { arrow: libraries.arrow, copies })
  }

  toPolars(): DataFrame {
    return polarsFrame(this.#parts.input, this.#parts)
  }

  numbers(name: string): Float64Array {
    const numbers = columnNumbers(this.#parts.input, name)
    this.#parts.copies.add('numbers', numbers.byteLength)
    return numbers
  }

  tensor(names: readonly string[]): BatchTensor {
    const tensor = batchTensor(this.#parts.input, names)
    this.#parts.copies.add('tensor', tensor.data.byteLength)
    return tensor
  }

  /** See `ListingBatch`. */
  wantsLists(name: string): boolean {
    const kind = this.#parts.output?.column(name).kind
    return kind === 'list' || kind === 'fixed-list'
  }

  /** Zeroed, because the slab held an earlier batch's outputs. */
  out(name: string) {
    const { output, stage } = this.#parts
    if (output === undefined) {
      throw new PipelineError(
        'HANDLER_ERROR',
        `stage "${stage}" has no output schema, so there is no room for "${name}" yet`,
      )
    }
    const column = output.column(name)
    if (column.kind !== 'number' && column.kind !== 'int64') {
      throw new PipelineError('HANDLER_ERROR', `output column "${name}" is not a number, return it instead`)
    }
    const { values } = column
    new Uint8Array(values.buffer, values.byteOffset, values.byteLength).fill(0)
    return values
  }

  /** For what copies a batch in ways of its own. */
  countCopy(reason: CopyReason, bytes: number): void {
    this.#parts.copies.add(reason, bytes)
  }

  /** See `LendingBatch`. */
  get isOver(): boolean {
    return this.#whole.#isOver
  }

  get isInferred(): boolean {
    return this.#parts.isInferred
  }

  whenOver(action: () => void): void {
    this.#whole.#whenOver ??= []
    this.#whole.#whenOver.push(action)
  }

  /** What the handler returned was read, or will not be. */
  end(): void {
    this.#isOver = true
    if (this.#whenOver !== undefined) for (const action of this.#whenOver) action()
  }

  slice(from: number, to: number): AnyBatch {
    const { input, output } = this.#parts
    const { rowCount } = input
    if (!(Number.isInteger(from) && Number.isInteger(to) && 0 <= from && from <= to && to <= rowCount)) {
      throw new PipelineError('HANDLER_ERROR', `there are no rows ${from} to ${to} in a batch of ${rowCount}`)
    }
    const parts = { ...this.#parts, input: input.slice(from, to), output: output?.slice(from, to) }
    return new HandlerBatch(parts, this.#whole)
  }

  get '~records'(): RecordBatch {
    return this.#parts.input
  }

  '~derive'({ input, output }: BatchChange): AnyBatch {
    const changed = {
      ...(input && { input, columnNames: input.fields.map(({ name }) => name), head: undefined }),
      ...(output && { output, outputNames: output.fields.map(({ name }) => name) }),
    }
    return new HandlerBatch({ ...this.#parts, ...changed })
  }

  '~read'(returned: unknown, fields: readonly Field[], stage: string): HandlerColumns {
    const { libraries, copies } = this.#parts
    return readOutput(returned, { fields, stage, libraries, copies })
  }
}
