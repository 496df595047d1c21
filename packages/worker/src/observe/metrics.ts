import {
  batchSizeBuckets,
  type Distribution,
  handlerMsBuckets,
  type StageStats,
  waitMsBuckets,
} from '../pipeline/stage-stats.ts'
import { Exposition, type Histogram } from './exposition.ts'

/** The answers of one endpoint. */
export interface EndpointAnswers {
  /** Its path as declared; empty for what reached no endpoint. */
  readonly path: string
  readonly answers: Iterable<{ readonly status: number; readonly count: number }>
}

/** Plain numbers that the parts of a server count anyway; nothing is observed for the sake of a scrape. */
export interface MetricsSnapshot {
  readonly endpoints: Iterable<EndpointAnswers>
  readonly stages: Iterable<StageStats>
  readonly slabs: SlabCounts
  readonly process: { readonly cpuSeconds: number; readonly residentBytes: number }
}

export interface SlabCounts {
  readonly slabsInUse: number
  readonly bytesInUse: number
  readonly totalBytes: number
  readonly maxBytes: number
}

/** The snapshot in Prometheus' text format: answered with `Exposition.contentType`. */
export function renderMetrics(snapshot: MetricsSnapshot): string {
  const exposition = new Exposition()
  for (const { path, answers } of snapshot.endpoints) {
    for (const { status, count } of answers) {
      exposition.set('cascade_answers_total', { endpoint: path, status: String(status) }, count)
    }
  }
  for (const stats of snapshot.stages) exposeStage(exposition, stats)
  exposeMemory(exposition, snapshot.slabs)
  exposition.set('process_cpu_seconds_total', {}, snapshot.process.cpuSeconds)
  exposition.set('process_resident_memory_bytes', {}, snapshot.process.residentBytes)
  return exposition.render()
}

function exposeStage(exposition: Exposition, stats: StageStats): void {
  const { stage, batchRows } = stats
  for (const [result, count] of Object.entries(stats.rows))
    exposition.set('cascade_rows_total', { stage, result }, count)
  for (const [reason, count] of Object.entries(stats.batches))
    exposition.set('cascade_batches_total', { stage, reason }, count)
  exposition.setHistogram('cascade_batch_rows', { stage }, { ...batchRows, bounds: batchSizeBuckets })
  exposition.setHistogram('cascade_stage_seconds', { stage, phase: 'wait' }, inSeconds(stats.waitMs, waitMsBuckets))
  exposition.setHistogram(
    'cascade_stage_seconds',
    { stage, phase: 'handler' },
    inSeconds(stats.handlerMs, handlerMsBuckets),
  )
  for (const [reason, bytes] of stats.copiedBytes)
    exposition.set('cascade_copied_bytes_total', { stage, reason }, bytes)
  for (const [reason, count] of stats.restarts)
    exposition.set('cascade_worker_restarts_total', { stage, reason }, count)
  for (const [result, count] of Object.entries(stats.modelLoads)) {
    exposition.set('cascade_model_loads_total', { stage, result }, count)
  }
  exposition.set('cascade_queue_rows', { stage }, stats.queuedRows)
  exposition.set('cascade_queue_bytes', { stage }, stats.queuedBytes)
  exposition.set('cascade_inflight_batches', { stage }, stats.inFlightBatches)
  exposition.set('cascade_serving_threads', { stage }, stats.servingSlots)
  if (stats.streams !== undefined) {
    exposition.set('cascade_open_streams', { stage }, stats.streams.open)
    exposition.set('cascade_stream_events_total', { stage }, stats.streams.events)
  }
}

function exposeMemory(exposition: Exposition, slabs: SlabCounts): void {
  exposition.set('cascade_slabs', {}, slabs.slabsInUse)
  exposition.set('cascade_memory_used_bytes', {}, slabs.bytesInUse)
  exposition.set('cascade_memory_reserved_bytes', {}, slabs.totalBytes)
  exposition.set('cascade_memory_budget_bytes', {}, slabs.maxBytes)
}

function inSeconds({ counts, sum }: Distribution, boundsMs: readonly number[]): Histogram {
  return { counts, sum: sum / 1000, bounds: boundsMs.map((ms) => ms / 1000) }
}
