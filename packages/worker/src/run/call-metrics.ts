import { exposeProcess } from '../observe/expose-process.ts'
import { exposeStage } from '../observe/expose-stage.ts'
import { Exposition } from '../observe/exposition.ts'
import { millisecondBounds } from '../observe/log-histogram.ts'
import type { StageStats } from '../pipeline/stage-stats.ts'

/** What stages that are called from elsewhere have come to. */
export interface CallMetrics {
  readonly stages: readonly StageStats[]
  readonly calls: readonly StageCalls[]
  /** Of all calls that have room now. */
  readonly inFlightBytes: number
  /** Of all calls that had room since the start. */
  readonly totalBytes: number
}

export interface StageCalls {
  readonly stage: string
  readonly inFlight: number
  /** By what became of them: `done`, `joined`, `replayed`, `failed`, `refused`. */
  readonly results: Readonly<Record<string, number>>
  /** Rows that failed alone. */
  readonly rejects: ReadonlyMap<string, number>
}

const longestMs = 60_000
const boundsMs = millisecondBounds(longestMs)

/** In Prometheus' text format; `prefix` stands in the place of the one that our metrics have. */
export function renderCallMetrics(metrics: CallMetrics, prefix: string): string {
  const exposition = new Exposition(prefix)
  for (const stats of metrics.stages) exposeStage(exposition, stats, boundsMs)
  for (const { stage, inFlight, results, rejects } of metrics.calls) {
    exposition.set('cascade_inflight_calls', { stage }, inFlight)
    for (const [result, count] of Object.entries(results)) {
      exposition.set('cascade_calls_total', { stage, result }, count)
    }
    for (const [code, rows] of rejects) exposition.set('cascade_rejects_total', { stage, code }, rows)
  }
  exposition.set('cascade_inflight_bytes', { edge: 'calls' }, metrics.inFlightBytes)
  exposition.set('cascade_bytes_total', { edge: 'calls' }, metrics.totalBytes)
  exposeProcess(exposition)
  return exposition.render()
}
