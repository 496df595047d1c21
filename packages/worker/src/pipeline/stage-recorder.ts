import type { FormedBatch } from '@redesmyn/core'
import {
  addTo,
  batchSizeBuckets,
  type OpenDistribution,
  emptyDistribution,
  handlerMsBuckets,
  observe,
  type StageGauges,
  type StageStats,
  waitMsBuckets,
} from './stage-stats.ts'

/** Counts what a stage does, a few additions a batch. Reading is somebody else's time. */
export class StageRecorder {
  readonly #stage: string
  readonly #batches = { rows: 0, bytes: 0, free: 0, delay: 0, drain: 0 }
  readonly #batchRows: OpenDistribution = emptyDistribution(batchSizeBuckets)
  readonly #waitMs: OpenDistribution = emptyDistribution(waitMsBuckets)
  readonly #handlerMs: OpenDistribution = emptyDistribution(handlerMsBuckets)
  readonly #rows = { done: 0, rejected: 0, failed: 0 }
  readonly #copiedBytes = new Map<string, number>()
  readonly #restarts = new Map<string, number>()
  readonly #modelLoads = { loaded: 0, failed: 0 }

  constructor(stage: string) {
    this.#stage = stage
  }

  sent(batch: FormedBatch, nowMs: number): void {
    if (batch.reason !== undefined) this.#batches[batch.reason]++
    observe(this.#batchRows, batchSizeBuckets, batch.rowCount)
    observe(this.#waitMs, waitMsBuckets, nowMs - batch.oldestAtMs)
  }

  done(rowCount: number, rejectedCount: number, handlerMs: number): void {
    this.#rows.done += rowCount - rejectedCount
    this.#rows.rejected += rejectedCount
    observe(this.#handlerMs, handlerMsBuckets, handlerMs)
  }

  failed(rowCount: number): void {
    this.#rows.failed += rowCount
  }

  copied(reason: string, bytes: number): void {
    addTo(this.#copiedBytes, reason, bytes)
  }

  restarted(reason: string): void {
    addTo(this.#restarts, reason, 1)
  }

  modelLoad(result: 'loaded' | 'failed'): void {
    this.#modelLoads[result]++
  }

  /** The counters as they stand; `copiedInThreads` is added to what the main thread copied. */
  stats(gauges: StageGauges, copiedInThreads: ReadonlyMap<string, number>): StageStats {
    const copiedBytes = new Map(this.#copiedBytes)
    for (const [reason, bytes] of copiedInThreads) addTo(copiedBytes, reason, bytes)
    return {
      stage: this.#stage,
      batches: this.#batches,
      batchRows: this.#batchRows,
      waitMs: this.#waitMs,
      handlerMs: this.#handlerMs,
      rows: this.#rows,
      copiedBytes,
      restarts: this.#restarts,
      modelLoads: this.#modelLoads,
      ...gauges,
    }
  }
}
