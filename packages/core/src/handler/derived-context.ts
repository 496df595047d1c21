import type { ReplyHead } from '../batch/batch-outcome.ts'
import type { Clock } from '../clock/clock.ts'
import type { ErrorCode } from '../errors/error-table.ts'
import type { HandlerContext } from './handler-context.ts'
import type { HandlerMetrics } from './handler-metrics.ts'
import type { Log } from './log.ts'

/** What a layer changes of the context it passes on. */
export interface ContextChange {
  /** Where the inner batch begins in the outer one. */
  readonly firstRow?: number
  readonly signal?: AbortSignal
  readonly attempt?: number
}

/** The context of an inner call: the outer one, with a layer's changes. Nothing is read before the handler asks. */
export class DerivedContext<M> implements HandlerContext<M> {
  readonly #outer: HandlerContext<M>
  readonly #change: ContextChange
  readonly #firstRow: number

  constructor(outer: HandlerContext<M>, change: ContextChange) {
    this.#outer = outer
    this.#change = change
    this.#firstRow = change.firstRow ?? 0
  }

  get model(): M {
    return this.#outer.model
  }

  get signal(): AbortSignal {
    return this.#change.signal ?? this.#outer.signal
  }

  get deadlineMs(): number {
    return this.#outer.deadlineMs
  }

  get params(): Readonly<Record<string, string>> {
    return this.#outer.params
  }

  get stage(): string {
    return this.#outer.stage
  }

  get slot(): number {
    return this.#outer.slot
  }

  get maxRows(): number {
    return this.#outer.maxRows
  }

  get log(): Log {
    return this.#outer.log
  }

  get metrics(): HandlerMetrics {
    return this.#outer.metrics
  }

  get clock(): Clock {
    return this.#outer.clock
  }

  get attempt(): number {
    return this.#change.attempt ?? this.#outer.attempt
  }

  get traceparent(): string | undefined {
    return this.#outer.traceparent
  }

  get idempotencyKey(): string | undefined {
    return this.#outer.idempotencyKey
  }

  reject(row: number, code: ErrorCode, message: string): void {
    this.#outer.reject(this.#firstRow + row, code, message)
  }

  reply(row: number, head: ReplyHead): void {
    this.#outer.reply(this.#firstRow + row, head)
  }

  query(row: number): URLSearchParams {
    return this.#outer.query(this.#firstRow + row)
  }

  traceparentOf(row: number): string | undefined {
    return this.#outer.traceparentOf(this.#firstRow + row)
  }

  requestId(row: number): string {
    return this.#outer.requestId(this.#firstRow + row)
  }
}
