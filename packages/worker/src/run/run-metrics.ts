import { exposeProcess } from '../observe/expose-process.ts'
import { exposeStage } from '../observe/expose-stage.ts'
import { Exposition } from '../observe/exposition.ts'
import { inSeconds } from '../observe/in-seconds.ts'
import { type LogHistogram, millisecondBounds } from '../observe/log-histogram.ts'
import type { StageStats } from '../pipeline/stage-stats.ts'

/** Plain numbers that a run counts anyway; nothing is observed for the sake of a scrape. */
export interface RunMetrics {
  readonly stages: readonly StageStats[]
  readonly edges: readonly EdgeCounts[]
  /** Of each step: its share of the time without work, and what it mostly waited for. */
  readonly blocked: readonly { readonly step: string; readonly on: string; readonly ratio: number }[]
  /** Rows by stage and code. */
  readonly rejects: ReadonlyMap<string, ReadonlyMap<string, number>>
  readonly parts: { readonly committed: number; readonly working: number; readonly open: number }
  readonly commitMs: LogHistogram
  readonly memory: { readonly usedBytes: number; readonly budgetBytes: number }
}

export interface EdgeCounts {
  readonly edge: string
  readonly inFlightBatches: number
  readonly inFlightBytes: number
  /** Since the run began. */
  readonly totalBytes: number
}

/** Batches that take longer are in the last bucket. */
const longestMs = 60_000
const boundsMs = millisecondBounds(longestMs)

/** A run in Prometheus' text format: answered with `Exposition.contentType`. */
export function renderRunMetrics(metrics: RunMetrics): string {
  const exposition = new Exposition()
  for (const stats of metrics.stages) exposeStage(exposition, stats, boundsMs)
  for (const counts of metrics.edges) exposeEdge(exposition, counts)
  for (const { step, on, ratio } of metrics.blocked) exposition.set('cascade_blocked_ratio', { stage: step, on }, ratio)
  for (const [stage, codes] of metrics.rejects) {
    for (const [code, rows] of codes) exposition.set('cascade_rejects_total', { stage, code }, rows)
  }
  for (const [state, count] of Object.entries(metrics.parts)) exposition.set('cascade_parts', { state }, count)
  exposition.setHistogram('cascade_commit_seconds', {}, inSeconds(metrics.commitMs, boundsMs))
  exposition.set('cascade_memory_used_bytes', {}, metrics.memory.usedBytes)
  exposition.set('cascade_memory_budget_bytes', {}, metrics.memory.budgetBytes)
  exposeProcess(exposition)
  return exposition.render()
}

function exposeEdge(exposition: Exposition, { edge, inFlightBatches, inFlightBytes, totalBytes }: EdgeCounts): void {
  exposition.set('cascade_inflight_batches', { stage: edge }, inFlightBatches)
  exposition.set('cascade_inflight_bytes', { edge }, inFlightBytes)
  exposition.set('cascade_bytes_total', { edge }, totalBytes)
}
