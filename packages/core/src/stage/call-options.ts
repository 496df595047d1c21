import type { Clock } from '../clock/clock.ts'
import type { NoModel } from '../handler/handler-context.ts'
import type { Log } from '../handler/log.ts'
import type { AnyProvider } from '../handler/provider.ts'
import type { BatchViews } from './batch-views.ts'

/** What a direct call of a stage may set. */
export interface StageCallOptions {
  /** What the path's parameters would be. Default none. */
  readonly params?: Readonly<Record<string, string>>
  readonly signal?: AbortSignal
  /**
   * Milliseconds that the call has: what the handler sees as its `deadlineMs`. With a `clock` no stage of a pipeline
   * begins after them. Default: no limit.
   */
  readonly deadlineMs?: number
  /** Which attempt at these rows it is. Default 1. */
  readonly attempt?: number
  /** Equal for every attempt at the same rows. */
  readonly idempotencyKey?: string
  /** W3C trace context that the call belongs to. */
  readonly traceparent?: string | undefined
  /** Default: nothing is logged. */
  readonly log?: Log
  /** For handlers that wait or have a time limit. */
  readonly clock?: Clock
  /** For handlers that take or return Arrow batches or Polars frames. */
  readonly views?: BatchViews
  /** In place of what the stage needs under the same names. */
  readonly provide?: readonly AnyProvider[]
}

export interface ModelCallOptions<M> extends StageCallOptions {
  readonly model: M
}

/** The options of any stage's direct call. */
export interface AnyCallOptions extends StageCallOptions {
  readonly model?: unknown
  /** See `PartitionOption`. */
  readonly partition?: Readonly<Record<string, unknown>>
}

/** A stage whose handler takes a model must be given one. */
export type StageCall<M> = [M] extends [NoModel] ? [options?: StageCallOptions] : [options: ModelCallOptions<M>]
