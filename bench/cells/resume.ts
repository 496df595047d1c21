import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { FlowReport } from '@redesmyn/examples/flow-run'
import { SeededRandom } from '@redesmyn/examples/onnx/seeded-random'
import { runTaxiFlow } from '../contender/batch-contender.ts'
import { tripData } from '../drive/trip-data.ts'
import { committedParts, watchRun } from '../drive/watched-run.ts'
import { digestOutput } from '../measure/output-digests.ts'
import type { Effort } from './effort.ts'
import type { SoloOutcome } from './solo-outcome.ts'

const threads = 2

/** Killed at ten moments and resumed: the same bytes, and little done twice. */
export async function runResumeCell({ isShort }: Effort): Promise<SoloOutcome> {
  const rows = isShort ? 100_000 : 4_000_000
  const partRows = isShort ? 10_000 : 100_000
  const moments = isShort ? 1 : 10
  const outcome: SoloOutcome = {
    name: 'resume',
    title: `${rows} trips in parts of ${partRows}, killed at ${moments} moments, each time resumed`,
    columns: ['killed after s', 'parts then', 'parts resumed', 'both runs s', 'undisturbed s', 'same bytes', 'goal'],
    rows: [],
    passed: [],
    failed: [],
    skipped: [],
  }
  const flow = runTaxiFlow(['--part-rows', String(partRows)])
  if (flow.missing !== undefined) return { ...outcome, skipped: [`resume: ${flow.missing}`] }
  console.error('resume …')
  const folder = await mkdtemp(join(tmpdir(), 'redesmyn-batch-'))
  try {
    const input = tripData('resume', { rows, fileRows: rows / 4, groupRows: partRows, format: 'parquet', seed: 1 })
    const job = { input, format: 'parquet', output: join(folder, 'output'), threads } as const
    const whole = await watchRun(flow, { ...job, output: join(folder, 'undisturbed') })
    if (whole.code !== 0) throw new Error(`cascade run ended with ${whole.code}: ${whole.stderr}`)
    const digest = digestOutput(join(folder, 'undisturbed'))
    const random = new SeededRandom(11)
    for (let moment = 0; moment < moments; moment++) {
      const afterMs = random.next() * whole.seconds * 1000
      const killed = await watchRun(flow, job, afterMs)
      const partsThen = committedParts(job.output)
      const resumed = await watchRun(flow, job)
      if (resumed.code !== 0) throw new Error(`the resumed run ended with ${resumed.code}: ${resumed.stderr}`)
      const { assets }: { assets: [FlowReport] } = JSON.parse(resumed.stdout)
      const [{ parts }] = assets
      const isSame = digestOutput(job.output) === digest
      // No committed part is done again: at most those that were under way are.
      const isReached = isSame && parts.skipped === partsThen
      outcome.rows.push([
        (afterMs / 1000).toFixed(2),
        `${partsThen} of ${parts.total}`,
        String(parts.committed - parts.skipped),
        (killed.seconds + resumed.seconds).toFixed(2),
        whole.seconds.toFixed(2),
        isSame ? 'yes' : 'no',
        isReached ? 'reached' : 'missed',
      ])
      await rm(job.output, { recursive: true })
    }
    outcome.passed.push('resume: cascade')
  } catch (error) {
    outcome.failed.push(`resume: ${String(error)}`)
  } finally {
    await rm(folder, { recursive: true })
  }
  return outcome
}
