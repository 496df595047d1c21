import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { runTaxiFlow } from '../contender/batch-contender.ts'
import { runJob } from '../drive/run-job.ts'
import { tripData } from '../drive/trip-data.ts'
import { median } from '../measure/median.ts'
import type { Effort } from './effort.ts'
import type { SoloOutcome } from './solo-outcome.ts'

const memoryGoal = 1.1
const budget = '600MiB'

/** Five times as many rows within the same memory: its peak must not grow with what is read. */
export async function runTaxi50mCell({ rounds, isShort }: Effort): Promise<SoloOutcome> {
  const [few, many] = isShort ? [100_000, 500_000] : [10_000_000, 50_000_000]
  const outcome: SoloOutcome = {
    name: 'taxi-50m',
    title: `cascade run with --memory ${budget}, ${few} and ${many} trips in turn`,
    columns: ['rows', 'wall s', 'rows/s', 'cpu s', 'peak MiB', 'of the smaller', 'goal'],
    rows: [],
    passed: [],
    failed: [],
    skipped: [],
  }
  const flow = runTaxiFlow(['--memory', budget])
  if (flow.missing !== undefined) return { ...outcome, skipped: [`taxi-50m: ${flow.missing}`] }
  console.error('taxi-50m …')
  const folder = await mkdtemp(join(tmpdir(), 'redesmyn-batch-'))
  const peaks = new Map<number, number[]>()
  try {
    for (let round = 0; round < rounds; round++) {
      for (const rows of [few, many]) {
        const fileRows = isShort ? 100_000 : 1_000_000
        const input = tripData('taxi', { rows, fileRows, groupRows: 100_000, format: 'parquet', seed: 1 })
        const sample = await runJob(flow, { input, format: 'parquet', output: join(folder, 'output'), threads: 2 })
        const before = [...(peaks.get(rows) ?? []), sample.peakBytes]
        peaks.set(rows, before)
        const { seconds, cpuSeconds, peakBytes } = sample
        const ratio = rows === few ? undefined : median(before) / median(peaks.get(few) ?? [])
        outcome.rows.push([
          String(rows),
          seconds.toFixed(2),
          (rows / seconds).toFixed(0),
          cpuSeconds.toFixed(2),
          (peakBytes / 2 ** 20).toFixed(0),
          ratio?.toFixed(2) ?? '',
          ratio === undefined ? '' : `≤ ${memoryGoal} ${ratio <= memoryGoal ? 'reached' : 'missed'}`,
        ])
      }
    }
    outcome.passed.push('taxi-50m: cascade')
  } catch (error) {
    outcome.failed.push(`taxi-50m: ${String(error)}`)
  } finally {
    await rm(folder, { recursive: true })
  }
  return outcome
}
