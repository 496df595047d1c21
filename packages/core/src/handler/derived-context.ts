import type { ReplyHead } from '../batch/batch-outcome.ts'
import type { Clock } from '../clock/clock.ts'
import type { ErrorCode } from '../errors/error-table.ts'
import type { HandlerContext, LoadedModel } from './handler-context.ts'
import type { HandlerMetrics } from './handler-metrics.ts'
import type { Log } from './log.ts'
import type { Provider } from './provider.ts'

/** What a layer changes of the context it passes on. */
export interface ContextChange {
  /** Where the inner batch begins in the outer one. */
  readonly firstRow?: number
  /** Where each row of the inner batch is in the outer one, in place of `firstRow`. */
  readonly rows?: readonly number[] | undefined
  /** Told of each row that is rejected, by its number in the inner batch. */
  readonly onReject?: (row: number) => void
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
    this.#outer.reject(this.#outerRow(row), code, message)
    this.#change.onReject?.(row)
  }

  reply(row: number, head: ReplyHead): void {
    this.#outer.reply(this.#outerRow(row), head)
  }

  get<T>(provider: Provider<T>): T {
    return this.#outer.get(provider)
  }

  query(row: number): URLSearchParams {
    return this.#outer.query(this.#outerRow(row))
  }

  traceparentOf(row: number): string | undefined {
    return this.#outer.traceparentOf(this.#outerRow(row))
  }

  requestId(row: number): string {
    return this.#outer.requestId(this.#outerRow(row))
  }

  header(row: number, name: string): string {
    return this.#outer.header(this.#outerRow(row), name)
  }

  models(): readonly LoadedModel[] {
    return this.#outer.models()
  }

  /** A row that the inner batch does not have is none of the outer one's either. */
  #outerRow(row: number): number {
    const { rows } = this.#change
    return rows === undefined ? this.#firstRow + row : (rows[row] ?? -1)
  }
}
