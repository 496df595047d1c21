import type { ReplyHead } from '../batch/batch-outcome.ts'
import type { Cancel, Clock } from '../clock/clock.ts'
import type { ErrorCode } from '../errors/error-table.ts'
import { PipelineError } from '../errors/pipeline-error.ts'
import { uncountedMetrics } from '../handler/check-metric.ts'
import type { LoadedModel } from '../handler/handler-context.ts'
import type { Log } from '../handler/log.ts'
import type { Provided } from '../handler/provided.ts'
import type { Provider } from '../handler/provider.ts'
import type { StreamContext } from '../handler/stream-context.ts'
import type { AnyCallOptions } from './call-options.ts'

/** The context of a direct call: no request and no slot; nobody leaves a stream before its end. */
export class DirectContext implements StreamContext<unknown> {
  readonly model: unknown
  readonly signal: AbortSignal
  readonly deadlineMs: number
  readonly params: Readonly<Record<string, string>>
  readonly stage: string
  readonly slot = 1
  readonly maxRows = Number.POSITIVE_INFINITY
  readonly log: Log
  readonly clock: Clock
  readonly metrics = uncountedMetrics
  readonly attempt: number
  readonly traceparent: string | undefined
  readonly traceparentOf: (row: number) => string | undefined
  readonly idempotencyKey: string | undefined
  readonly #provided: Provided
  readonly #rejects = new Map<number, PipelineError>()
  readonly #ended = new Set<number>()

  constructor(stage: string, options: AnyCallOptions, provided: Provided) {
    this.stage = stage
    this.model = options.model
    this.signal = options.signal ?? new AbortController().signal
    this.deadlineMs = options.deadlineMs ?? Number.POSITIVE_INFINITY
    this.attempt = options.attempt ?? 1
    this.traceparent = options.traceparent
    this.traceparentOf = () => options.traceparent
    this.idempotencyKey = options.idempotencyKey
    this.params = options.params ?? {}
    this.log = options.log ?? silentLog
    this.clock = options.clock ?? missingClock
    this.#provided = provided
  }

  get rejects(): ReadonlyMap<number, PipelineError> {
    return this.#rejects
  }

  reject(row: number, code: ErrorCode, message: string): void {
    if (!this.#rejects.has(row)) this.#rejects.set(row, new PipelineError(code, message))
  }

  isOpen(row: number): boolean {
    return !this.#ended.has(row) && !this.#rejects.has(row)
  }

  end(row: number): void {
    this.#ended.add(row)
  }

  signalOf(_row: number): AbortSignal {
    return this.signal
  }

  reply(_row: number, _head: ReplyHead): void {}

  get<T>(provider: Provider<T>): T {
    return this.#provided.get(provider)
  }

  query(_row: number): URLSearchParams {
    return new URLSearchParams()
  }

  requestId(_row: number): string {
    return 'direct'
  }

  header(_row: number, _name: string): string {
    return ''
  }

  models(): readonly LoadedModel[] {
    return []
  }
}

export const silentLog: Log = Object.freeze({ debug() {}, info() {}, warn() {}, error() {} })

/** There are no timers here: a caller whose handler waits brings them. */
const missingClock: Clock = Object.freeze({ now: refuse, after: refuse, endOfTurn: refuse })

function refuse(): number & Cancel {
  throw new PipelineError('LIFECYCLE_MISUSE', 'a handler that waits needs the option "clock" in a direct call')
}
