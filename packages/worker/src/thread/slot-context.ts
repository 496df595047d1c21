import { randomUUID } from 'node:crypto'
import {
  type Clock,
  type ErrorCode,
  type ErrorData,
  errorTable,
  type HandlerContext,
  type HandlerMetrics,
  isErrorCode,
  type LoadedModel,
  type Log,
  PipelineError,
  type Provided,
  type Provider,
  type ReplyHead,
} from '@redesmyn/core'
import type { SlabHeader } from '../memory/slab-header.ts'
import type { BatchRequests } from './batch-requests.ts'
import type { BatchSignals, SignalledBatch } from './batch-signals.ts'
import { requestLog } from './request-log.ts'
import type { RowError, RowReplyHead } from './protocol.ts'

/** What is the same for every batch of a slot. */
export interface SlotFacts {
  readonly stage: string
  readonly slot: number
  readonly maxRows: number
  readonly log: Log
  readonly metrics: HandlerMetrics
  readonly clock: Clock
  readonly provided: Provided
  readonly models: () => readonly LoadedModel[]
  /** The batches whose handlers look at their signal. */
  readonly signals: BatchSignals
}

export interface BatchCircumstances {
  readonly slot: SlotFacts
  readonly rowCount: number
  readonly deadlineMs: number
  readonly model: unknown
  readonly requests: BatchRequests
  /** Where the main thread says that the batch is given up. */
  readonly header: SlabHeader
}

/** A handler's context. Nearly all of it is made only when the handler asks. */
export class SlotContext implements HandlerContext<unknown>, SignalledBatch {
  readonly deadlineMs: number
  readonly model: unknown
  readonly #slot: SlotFacts
  readonly #rowCount: number
  readonly #requests: BatchRequests
  readonly #header: SlabHeader
  #rejects: Map<number, ErrorData> | undefined
  #heads: Map<number, ReplyHead> | undefined
  #controller: AbortController | undefined
  #log: Log | undefined
  #key: string | undefined

  constructor(parts: BatchCircumstances) {
    this.deadlineMs = parts.deadlineMs
    this.model = parts.model
    this.#slot = parts.slot
    this.#rowCount = parts.rowCount
    this.#requests = parts.requests
    this.#header = parts.header
  }

  get stage(): string {
    return this.#slot.stage
  }

  get slot(): number {
    return this.#slot.slot
  }

  get maxRows(): number {
    return this.#slot.maxRows
  }

  get clock(): Clock {
    return this.#slot.clock
  }

  get params(): Readonly<Record<string, string>> {
    return this.#requests.params
  }

  get metrics(): HandlerMetrics {
    return this.#slot.metrics
  }

  get attempt(): number {
    return this.#requests.facts.attempt?.number ?? 1
  }

  /** What has begun rows of requests here runs them no second time: theirs need not be known before it is asked for. */
  get idempotencyKey(): string {
    return this.#requests.facts.attempt?.idempotencyKey ?? (this.#key ??= randomUUID())
  }

  get traceparent(): string | undefined {
    return this.#requests.facts.traceparent
  }

  get log(): Log {
    this.#log ??= requestLog(this.#slot.log, this.stage, this.#requests)
    return this.#log
  }

  /** A handler that never waits asks again and again, and is told as well: no message would reach it. */
  get signal(): AbortSignal {
    if (this.#controller === undefined) {
      this.#controller = new AbortController()
      this.#slot.signals.add(this)
    }
    this.lookAtSignal()
    return this.#controller.signal
  }

  get<T>(provider: Provider<T>): T {
    return this.#slot.provided.get(provider)
  }

  lookAtSignal(): void {
    if (this.#controller === undefined || this.#controller.signal.aborted || !this.#header.isGivenUp) return
    this.#controller.abort(new PipelineError('DEADLINE_EXCEEDED', 'nobody waits for this batch any more'))
  }

  query(row: number): URLSearchParams {
    return this.#requests.query(this.#existing(row))
  }

  traceparentOf(row: number): string | undefined {
    return this.#requests.traceparent(this.#existing(row))
  }

  header(row: number, name: string): string {
    return this.#requests.header(this.#existing(row), name)
  }

  requestId(row: number): string {
    return this.#requests.requestId(this.#existing(row))
  }

  models(): readonly LoadedModel[] {
    return this.#slot.models()
  }

  reject(row: number, code: ErrorCode, message: string): void {
    this.#existing(row)
    if (!isErrorCode(code) || errorTable[code].http === null) {
      throw new PipelineError('HANDLER_ERROR', `a row cannot be rejected with the code "${code}"`)
    }
    this.#rejects ??= new Map()
    if (this.#rejects.has(row)) return
    this.#rejects.set(row, { code, message: String(message), details: { stage: this.stage }, stack: undefined })
  }

  reply(row: number, head: ReplyHead): void {
    this.#existing(row)
    this.#heads ??= new Map()
    this.#heads.set(row, { ...this.#heads.get(row), ...head })
  }

  /** The handler's promise has settled: nothing of the context outlives it. */
  settle(): void {
    if (this.#controller !== undefined) this.#slot.signals.delete(this)
  }

  isRejected(row: number): boolean {
    return this.#rejects?.has(row) ?? false
  }

  get rejects(): RowError[] | undefined {
    return this.#rejects && Array.from(this.#rejects, ([row, error]) => ({ row, error }))
  }

  get heads(): RowReplyHead[] | undefined {
    return this.#heads && Array.from(this.#heads, ([row, head]) => ({ row, head }))
  }

  #existing(row: number): number {
    if (Number.isInteger(row) && row >= 0 && row < this.#rowCount) return row
    throw new PipelineError('HANDLER_ERROR', `there is no row ${row} in a batch of ${this.#rowCount}`)
  }
}
