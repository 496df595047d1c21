import {
  type Clock,
  type ErrorCode,
  errorTable,
  type HandlerMetrics,
  isErrorCode,
  type LoadedModel,
  type Log,
  PipelineError,
  type Provider,
  type ReplyHead,
  type StreamContext,
} from '@redesmyn/core'
import type { SlotContext } from '../thread/slot-context.ts'
import type { RowStream } from './row-stream.ts'

/** The context of a streaming handler: what any handler knows, and the streams of its rows. */
export class StreamCallContext implements StreamContext<unknown> {
  readonly #slot: SlotContext
  readonly #streams: readonly RowStream[]
  readonly #isOver: () => boolean
  #controller: AbortController | undefined

  /** `slot` knows all that has nothing to do with streams. */
  constructor(slot: SlotContext, streams: readonly RowStream[], isOver: () => boolean) {
    this.#slot = slot
    this.#streams = streams
    this.#isOver = isOver
  }

  get model(): unknown {
    return this.#slot.model
  }

  get maxRows(): number {
    return this.#slot.maxRows
  }

  get deadlineMs(): number {
    return this.#slot.deadlineMs
  }

  get params(): Readonly<Record<string, string>> {
    return this.#slot.params
  }

  get stage(): string {
    return this.#slot.stage
  }

  get slot(): number {
    return this.#slot.slot
  }

  get log(): Log {
    return this.#slot.log
  }

  get clock(): Clock {
    return this.#slot.clock
  }

  get attempt(): number {
    return this.#slot.attempt
  }

  get<T>(provider: Provider<T>): T {
    return this.#slot.get(provider)
  }

  header(row: number, name: string): string {
    return this.#slot.header(row, name)
  }

  models(): readonly LoadedModel[] {
    return this.#slot.models()
  }

  get metrics(): HandlerMetrics {
    return this.#slot.metrics
  }

  traceparentOf(row: number): string | undefined {
    return this.#slot.traceparentOf(row)
  }

  get traceparent(): string | undefined {
    return this.#slot.traceparent
  }

  get idempotencyKey(): string | undefined {
    return this.#slot.idempotencyKey
  }

  get signal(): AbortSignal {
    this.#controller ??= new AbortController()
    if (this.#isOver()) this.abort()
    return this.#controller.signal
  }

  query(row: number): URLSearchParams {
    return this.#slot.query(row)
  }

  requestId(row: number): string {
    return this.#slot.requestId(row)
  }

  isOpen(row: number): boolean {
    return this.#existing(row).isOpen
  }

  signalOf(row: number): AbortSignal {
    return this.#existing(row).signal
  }

  end(row: number): void {
    this.#existing(row).end('done')
  }

  reject(row: number, code: ErrorCode, message: string): void {
    const stream = this.#existing(row)
    if (!isErrorCode(code) || errorTable[code].http === null) {
      throw new PipelineError('HANDLER_ERROR', `a row cannot be rejected with the code "${code}"`)
    }
    stream.end({ code, message: String(message), details: {}, stack: undefined })
  }

  reply(row: number, head: ReplyHead): void {
    this.#existing(row).reply(head)
  }

  /** Nobody reads any of the streams any more. */
  abort(): void {
    this.#controller?.abort(new PipelineError('CLIENT_GONE', 'nobody reads any stream of this batch any more'))
  }

  #existing(row: number): RowStream {
    const stream = this.#streams[row]
    if (stream !== undefined) return stream
    throw new PipelineError('HANDLER_ERROR', `there is no row ${row} in a batch of ${this.#streams.length}`)
  }
}
