import type { WayStats } from '@redesmyn/core'
import { batchSizeBuckets, type StageStats } from '../pipeline/stage-stats.ts'
import type { Exposition } from './exposition.ts'
import type { HandlerSeries } from './handler-metrics/stage-series.ts'
import { handlerBounds } from './handler-metrics/series-memory.ts'
import { inSeconds } from './in-seconds.ts'

/** Writes all that a stage counts. */
export function exposeStage(exposition: Exposition, stats: StageStats, boundsMs: readonly number[]): void {
  exposeBatches(exposition, stats, boundsMs)
  exposeThreads(exposition, stats)
  exposeModels(exposition, stats, boundsMs)
  for (const series of stats.series) exposeSeries(exposition, stats.stage, series)
  const { stage } = stats
  exposition.set('cascade_handler_metrics_dropped_total', { stage }, stats.droppedSeries)
  exposition.set('cascade_queue_rows', { stage }, stats.queuedRows)
  exposition.set('cascade_queue_bytes', { stage }, stats.queuedBytes)
  exposition.set('cascade_inflight_batches', { stage }, stats.inFlightBatches)
  exposition.set('cascade_serving_threads', { stage }, stats.servingSlots)
  if (stats.way !== undefined) exposeWay(exposition, stage, stats.way)
  if (stats.streams === undefined) return
  exposition.set('cascade_open_streams', { stage }, stats.streams.open)
  exposition.set('cascade_stream_events_total', { stage }, stats.streams.events)
}

/** What stands between two calls of an instance that does not answer, as a number. */
const breakerStates = { closed: 0, 'half-open': 1, open: 2 } as const

function exposeWay(exposition: Exposition, edge: string, { inFlightBytes, retries, instances }: WayStats): void {
  exposition.set('cascade_inflight_bytes', { edge }, inFlightBytes)
  for (const [code, count] of retries) exposition.set('cascade_retries_total', { edge, code }, count)
  for (const { address, breaker } of instances) {
    exposition.set('cascade_breaker_state', { edge, instance: address }, breakerStates[breaker])
  }
}

function exposeBatches(exposition: Exposition, stats: StageStats, boundsMs: readonly number[]): void {
  const { stage, batchRows, batchRequests } = stats
  for (const [result, count] of Object.entries(stats.rows))
    exposition.set('cascade_rows_total', { stage, result }, count)
  for (const [reason, count] of Object.entries(stats.batches))
    exposition.set('cascade_batches_total', { stage, reason }, count)
  exposition.setHistogram('cascade_batch_rows', { stage }, { ...batchRows, bounds: batchSizeBuckets })
  exposition.setHistogram('cascade_batch_requests', { stage }, { ...batchRequests, bounds: batchSizeBuckets })
  const phases = { wait: stats.waitMs, transit: stats.transitMs, handler: stats.handlerMs }
  for (const [phase, histogram] of Object.entries(phases))
    exposition.setHistogram('cascade_stage_seconds', { stage, phase }, inSeconds(histogram, boundsMs))
  for (const [reason, bytes] of stats.copiedBytes)
    exposition.set('cascade_copied_bytes_total', { stage, reason }, bytes)
}

function exposeThreads(exposition: Exposition, { stage, restarts, threads }: StageStats): void {
  for (const { slot, reason, count } of restarts)
    exposition.set('cascade_worker_restarts_total', { stage, slot: String(slot), reason }, count)
  for (const { slot: number, loopTimes, heapBytes, externalBytes } of threads) {
    const slot = String(number)
    if (loopTimes !== undefined) {
      exposition.set('cascade_thread_active_seconds_total', { stage, slot }, loopTimes.activeMs / 1000)
      exposition.set('cascade_thread_idle_seconds_total', { stage, slot }, loopTimes.idleMs / 1000)
    }
    exposition.set('cascade_thread_heap_bytes', { stage, slot }, heapBytes)
    exposition.set('cascade_thread_external_bytes', { stage, slot }, externalBytes)
  }
}

function exposeModels(exposition: Exposition, stats: StageStats, boundsMs: readonly number[]): void {
  const { stage, cache, modelLoadMs } = stats
  for (const [result, count] of Object.entries(stats.modelLoads))
    exposition.set('cascade_model_loads_total', { stage, result }, count)
  if (cache === undefined) return
  exposition.setHistogram('cascade_model_load_seconds', { stage }, inSeconds(modelLoadMs, boundsMs))
  exposition.set('cascade_model_hits_total', { stage }, cache.hits)
  exposition.set('cascade_model_misses_total', { stage }, cache.misses)
  exposition.set('cascade_model_evictions_total', { stage }, cache.evictions)
  exposition.set('cascade_model_entries', { stage }, cache.entries)
  exposition.set('cascade_model_bytes', { stage }, cache.bytes)
  for (const { model, batches, rows } of stats.models) {
    exposition.set('cascade_model_batches_total', { stage, model }, batches)
    exposition.set('cascade_model_rows_total', { stage, model }, rows)
  }
}

function exposeSeries(exposition: Exposition, stage: string, { kind, name, labels, values }: HandlerSeries): void {
  const meaning = { type: kind, help: 'Of a handler.' }
  const value =
    kind === 'histogram'
      ? { bounds: handlerBounds, counts: values.slice(0, -1), sum: values[values.length - 1] }
      : values[0]
  exposition.setOther(name, meaning, { stage, ...labels }, value)
}
