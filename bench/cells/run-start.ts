import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { runTaxiFlow } from '../contender/batch-contender.ts'
import { tripData } from '../drive/trip-data.ts'
import { watchRun } from '../drive/watched-run.ts'
import { spread } from '../measure/median.ts'
import type { Effort } from './effort.ts'
import type { SoloOutcome } from './solo-outcome.ts'

const goalSeconds = 1.2

/** From the command to the first part that is committed, with parts of 50,000 rows. */
export async function runRunStartCell({ rounds, isShort }: Effort): Promise<SoloOutcome> {
  const rows = isShort ? 100_000 : 1_000_000
  const outcome: SoloOutcome = {
    name: 'run-start',
    title: `${rows} trips in parts of 50,000: command to first committed part`,
    columns: ['what', 'median s', 'min', 'max', 'goal'],
    rows: [],
    passed: [],
    failed: [],
    skipped: [],
  }
  const flow = runTaxiFlow(['--part-rows', '50000'])
  if (flow.missing !== undefined) return { ...outcome, skipped: [`run-start: ${flow.missing}`] }
  console.error('run-start …')
  const folder = await mkdtemp(join(tmpdir(), 'redesmyn-batch-'))
  const output = join(folder, 'output')
  try {
    const input = tripData('start', { rows, fileRows: 250_000, groupRows: 50_000, format: 'parquet', seed: 1 })
    const job = { input, format: 'parquet', output, threads: 2 } as const
    const firsts: number[] = []
    const wholes: number[] = []
    const again: number[] = []
    for (let round = 0; round < rounds; round++) {
      const { code, seconds, firstCommitSeconds, stderr } = await watchRun(flow, job)
      if (code !== 0 || firstCommitSeconds === undefined) throw new Error(`cascade run ended with ${code}: ${stderr}`)
      firsts.push(firstCommitSeconds)
      wholes.push(seconds)
      again.push((await watchRun(flow, job)).seconds)
      await rm(output, { recursive: true })
    }
    const goal = `≤ ${goalSeconds} ${spread(firsts).median <= goalSeconds ? 'reached' : 'missed'}`
    outcome.rows.push(describe('first part', firsts, goal), describe('whole run', wholes, ''))
    outcome.rows.push(describe('the same once more', again, ''))
    outcome.passed.push('run-start: cascade')
  } catch (error) {
    outcome.failed.push(`run-start: ${String(error)}`)
  } finally {
    await rm(folder, { recursive: true })
  }
  return outcome
}

function describe(what: string, seconds: readonly number[], goal: string): string[] {
  const { median, min, max } = spread(seconds)
  return [what, median.toFixed(2), min.toFixed(2), max.toFixed(2), goal]
}
