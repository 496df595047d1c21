import { exposeEndpoint } from './expose-endpoint.ts'
import { exposeMosec } from './expose-mosec.ts'
import { exposeStage } from './expose-stage.ts'
import { Exposition } from './exposition.ts'
import { millisecondBounds } from './log-histogram.ts'
import { inSeconds } from './in-seconds.ts'
import type { MetricsSnapshot, ProcessCounts, SlabCounts } from './metrics-snapshot.ts'

export interface MetricsNaming {
  readonly prefix: string
  /** Where Mosec's metrics are answered too: what their names begin with. */
  readonly mosecNamespace: string | undefined
  /** The longest a request may take: buckets go at least as far. */
  readonly timeoutMs: number
}

/** The snapshot in Prometheus' text format: answered with `Exposition.contentType`. */
export function renderMetrics(snapshot: MetricsSnapshot, naming: MetricsNaming): string {
  const exposition = new Exposition(naming.prefix)
  const boundsMs = millisecondBounds(naming.timeoutMs)
  for (const stats of snapshot.endpoints) exposeEndpoint(exposition, stats, boundsMs)
  for (const stats of snapshot.stages) exposeStage(exposition, stats, boundsMs)
  exposeMemory(exposition, snapshot.slabs)
  exposeProcess(exposition, snapshot.process, boundsMs)
  if (naming.mosecNamespace !== undefined) {
    exposeMosec(exposition, snapshot, { namespace: naming.mosecNamespace, timeoutMs: naming.timeoutMs })
  }
  return exposition.render()
}

function exposeMemory(exposition: Exposition, slabs: SlabCounts): void {
  exposition.set('cascade_slabs', {}, slabs.slabsInUse)
  exposition.set('cascade_memory_used_bytes', {}, slabs.bytesInUse)
  exposition.set('cascade_memory_reserved_bytes', {}, slabs.totalBytes)
  exposition.set('cascade_memory_budget_bytes', {}, slabs.maxBytes)
}

function exposeProcess(exposition: Exposition, counts: ProcessCounts, boundsMs: readonly number[]): void {
  const main = { stage: '', slot: '0' }
  exposition.setHistogram('cascade_event_loop_lag_seconds', {}, inSeconds(counts.lagMs, boundsMs))
  exposition.set('cascade_thread_active_seconds_total', main, counts.activeMs / 1000)
  exposition.set('cascade_thread_idle_seconds_total', main, counts.idleMs / 1000)
  exposition.set('process_cpu_seconds_total', {}, counts.cpuSeconds)
  exposition.set('process_resident_memory_bytes', {}, counts.residentBytes)
}
