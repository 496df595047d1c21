import type { FormedBatch } from '@redesmyn/core'
import { LogHistogram } from '../observe/log-histogram.ts'
import { TopSeries } from '../observe/top-series.ts'
import {
  addTo,
  batchSizeBuckets,
  type OpenDistribution,
  emptyDistribution,
  observe,
  type RestartCount,
  type StageGauges,
  type StageSources,
  type StageStats,
} from './stage-stats.ts'

/** Model keys of a stage that have series of their own. */
const maxModelKeys = 32

/** A batch whose answers were written; monotonic milliseconds. */
export interface DeliveredBatch {
  readonly handlerMs: number
  /** The first answer began to be written. */
  readonly backAtMs: number
  /** The last one was written. */
  readonly endedAtMs: number
}

/** Counts what a stage does, a few additions a batch. Reading is somebody else's time. */
export class StageRecorder {
  readonly #stage: string
  readonly #batches = { rows: 0, bytes: 0, free: 0, delay: 0, drain: 0 }
  readonly #batchRows: OpenDistribution = emptyDistribution(batchSizeBuckets)
  readonly #batchRequests: OpenDistribution = emptyDistribution(batchSizeBuckets)
  readonly #waitMs = new LogHistogram()
  readonly #transitMs = new LogHistogram()
  readonly #handlerMs = new LogHistogram()
  readonly #rows = { done: 0, rejected: 0, failed: 0 }
  readonly #copiedBytes = new Map<string, number>()
  readonly #restarts = new Map<string, RestartCount>()
  readonly #modelLoads = { loaded: 0, failed: 0 }
  readonly #modelLoadMs = new LogHistogram()
  readonly #models = new TopSeries<{ batches: number; rows: number }>({
    limit: maxModelKeys,
    create: () => ({ batches: 0, rows: 0 }),
    fold: (into, { batches, rows }) => {
      into.batches += batches
      into.rows += rows
    },
  })

  constructor(stage: string) {
    this.#stage = stage
  }

  sent(batch: FormedBatch, nowMs: number): void {
    batch.sentAtMs = nowMs
    if (batch.reason !== undefined) this.#batches[batch.reason]++
    observe(this.#batchRows, batchSizeBuckets, batch.rowCount)
    observe(this.#batchRequests, batchSizeBuckets, batch.spans.length)
    this.#waitMs.add(nowMs - batch.oldestAtMs)
    const { model } = batch.group
    if (model === undefined) return
    const series = this.#models.get(model.key)
    series.batches++
    series.rows += batch.rowCount
  }

  done(rowCount: number, rejectedCount: number, handlerMs: number): void {
    this.#rows.done += rowCount - rejectedCount
    this.#rows.rejected += rejectedCount
    this.#handlerMs.add(handlerMs)
  }

  /** Tells the waiters when they were answered: the time between the first and the last answer is shared out evenly. */
  delivered({ spans, sentAtMs }: FormedBatch, { handlerMs, backAtMs, endedAtMs }: DeliveredBatch): void {
    this.#transitMs.add(Math.max(0, backAtMs - sentAtMs - handlerMs))
    const times = { sentAtMs, handlerMs, backAtMs, answeredAtMs: backAtMs }
    const stepMs = (endedAtMs - backAtMs) / spans.length
    for (const span of spans) {
      times.answeredAtMs += stepMs
      span.waiter.timed?.(span, times)
    }
  }

  failed(rowCount: number): void {
    this.#rows.failed += rowCount
  }

  copied(reason: string, bytes: number): void {
    addTo(this.#copiedBytes, reason, bytes)
  }

  restarted(reason: string, slot: number): void {
    const key = `${slot} ${reason}`
    this.#restarts.set(key, { slot, reason, count: (this.#restarts.get(key)?.count ?? 0) + 1 })
  }

  /** `loadMs` where the load succeeded. */
  modelLoad(result: 'loaded' | 'failed', loadMs?: number): void {
    this.#modelLoads[result]++
    if (loadMs !== undefined) this.#modelLoadMs.add(loadMs)
  }

  /** The counters as they stand; what was copied in threads is added to what the main thread copied. */
  stats(gauges: StageGauges, { copiedInThreads, ...sources }: StageSources): StageStats {
    const copiedBytes = new Map(this.#copiedBytes)
    for (const [reason, bytes] of copiedInThreads) addTo(copiedBytes, reason, bytes)
    return {
      stage: this.#stage,
      batches: this.#batches,
      batchRows: this.#batchRows,
      batchRequests: this.#batchRequests,
      waitMs: this.#waitMs,
      transitMs: this.#transitMs,
      handlerMs: this.#handlerMs,
      rows: this.#rows,
      copiedBytes,
      restarts: [...this.#restarts.values()],
      modelLoads: this.#modelLoads,
      modelLoadMs: this.#modelLoadMs,
      models: Array.from(this.#models.entries(), ([model, counts]) => ({ model, ...counts })),
      ...gauges,
      ...sources,
    }
  }
}
