import { batchSizeBuckets } from '../pipeline/stage-stats.ts'
import type { Exposition } from './exposition.ts'
import { inSeconds } from './in-seconds.ts'
import { LogHistogram, millisecondBounds } from './log-histogram.ts'
import type { MetricsSnapshot } from './metrics-snapshot.ts'

export interface MosecNaming {
  /** What the names begin with, before an underscore; Mosec's own default is `mosec_service`. */
  readonly namespace: string
  readonly timeoutMs: number
}

/** Mosec has one connection for each of a worker's processes; a stage of ours is one. */
const connection = '1'

/** The same numbers under the names that dashboards for Mosec ask for. */
export function exposeMosec(exposition: Exposition, snapshot: MetricsSnapshot, naming: MosecNaming): void {
  const { namespace } = naming
  const boundsMs = millisecondBounds(naming.timeoutMs).filter((ms) => ms >= 1)
  const throughput = { type: 'counter', help: 'Answers by status and endpoint.' } as const
  const duration = { type: 'histogram', help: 'Time in each stage, and in all.' } as const
  const sizes = { type: 'histogram', help: 'Rows of a batch.' } as const
  const waits = { type: 'histogram', help: 'Wait of the oldest row of a batch.' } as const
  for (const { path: endpoint, answers } of snapshot.endpoints) {
    for (const { status, count } of answers) {
      exposition.setOther(`${namespace}_throughput`, throughput, { code: String(status), endpoint }, count)
    }
  }
  for (const { stage, handlerMs, batchRows, waitMs } of snapshot.stages) {
    const labels = { stage, connection }
    exposition.setOther(`${namespace}_process_duration_second`, duration, labels, inSeconds(handlerMs, boundsMs))
    exposition.setOther(`${namespace}_batch_size`, sizes, labels, { ...batchRows, bounds: batchSizeBuckets })
    exposition.setOther(`${namespace}_batch_duration_second`, waits, labels, inSeconds(waitMs, boundsMs))
  }
  const totals = snapshot.endpoints.flatMap(({ times }) => times.map(({ phases }) => phases[0]))
  const whole = { stage: 'total', connection: 'total' }
  exposition.setOther(`${namespace}_process_duration_second`, duration, whole, inSeconds(sumOf(totals), boundsMs))
  const remaining = snapshot.endpoints.reduce((sum, { inFlight }) => sum + inFlight, 0)
  const meaning = { type: 'gauge', help: 'Requests that are not answered yet.' } as const
  exposition.setOther(`${namespace}_remaining_task`, meaning, {}, remaining)
}

function sumOf(histograms: readonly LogHistogram[]): LogHistogram {
  const sum = new LogHistogram()
  for (const histogram of histograms) sum.merge(histogram)
  return sum
}
