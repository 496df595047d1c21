import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { runTaxiFlow } from '../contender/batch-contender.ts'
import { runJob } from '../drive/run-job.ts'
import { StageProcess } from '../drive/stage-process.ts'
import { tripData } from '../drive/trip-data.ts'
import { spread } from '../measure/median.ts'
import { readReport } from '../measure/read-report.ts'
import { readWritten } from '../measure/read-scores.ts'
import type { Effort } from './effort.ts'
import { measureSolo } from './measure-solo.ts'
import type { SoloOutcome } from './solo-outcome.ts'

const flow = fileURLToPath(new URL('../../../examples/taxi/flow.ts', import.meta.url))
const threads = 2
const batchRows = 65_536
const goals = { app: 0.9, host: 0.75 } as const

/** The taxi flow with its model here, in another process and behind HTTP, in turn, in batches of 65,536 rows. */
export async function runPlacementsCell({ rounds, isShort }: Effort): Promise<SoloOutcome> {
  const rows = isShort ? 200_000 : 10_000_000
  const head = {
    name: 'placements',
    title: `${rows} trips in batches of ${batchRows}, the model here and elsewhere, ${threads} threads`,
    columns: ['model', 'median s', 'k rows/s', 'of here', 'min', 'max', 'goal'],
  }
  return await measureSolo(head, async (table, folder) => {
    const data = {
      rows,
      fileRows: isShort ? 100_000 : 1_000_000,
      groupRows: 100_000,
      format: 'parquet',
      seed: 1,
    } as const
    const input = tripData('taxi', data)
    const listen = [`unix:${join(folder, 'score.sock')}`, 'http://127.0.0.1:0']
    const offered = await StageProcess.start(flow, 'score', listen, threads)
    try {
      const [socket, url] = offered.addresses
      const sides = {
        here: runTaxiFlow(flagsOf()),
        app: runTaxiFlow(flagsOf(`app:${socket.replace(/^unix:/, '')}`)),
        host: runTaxiFlow(flagsOf(`host:${url}`)),
      }
      const seconds = { here: [] as number[], app: [] as number[], host: [] as number[] }
      for (let round = 0; round < rounds; round++) {
        for (const side of ['here', 'app', 'host'] as const) {
          const job = { input, format: 'parquet', output: join(folder, 'output'), threads } as const
          const { elapsedMs } = readReport((await runJob(sides[side], job)).stdout)
          assertWhole(readWritten(job.output), rows, side)
          seconds[side].push(elapsedMs / 1000)
        }
      }
      for (const side of ['here', 'app', 'host'] as const) table.push(describe(side, seconds, rows))
    } finally {
      await offered.stop()
    }
  })
}

function flagsOf(place?: string): readonly string[] {
  return ['--batch-rows', String(batchRows), ...(place === undefined ? [] : ['--place', `score=${place}`])]
}

function assertWhole(
  { rows, distinctIds }: { rows: number; distinctIds: number },
  expected: number,
  side: string,
): void {
  if (rows === expected && distinctIds === expected) return
  throw new Error(
    `with the model at "${side}" ${rows} rows and ${distinctIds} trips were written, expected ${expected}`,
  )
}

type Seconds = Readonly<Record<'here' | 'app' | 'host', readonly number[]>>

/** Ratios are of the runs of one round. */
function describe(side: keyof Seconds, seconds: Seconds, rows: number): string[] {
  const own = spread(seconds[side])
  const ratio = spread(seconds.here.map((here, round) => here / seconds[side][round]))
  const figures = [side, own.median.toFixed(2), (rows / own.median / 1000).toFixed(0)]
  if (side === 'here') return [...figures, '', '', '', '']
  const verdict = `≥ ${goals[side]} ${ratio.median >= goals[side] ? 'reached' : 'missed'}`
  return [...figures, ...[ratio.median, ratio.min, ratio.max].map((value) => value.toFixed(2)), verdict]
}
