import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { rm } from 'node:fs/promises'
import { join } from 'node:path'
import { type BatchContender, type BatchJob, runTaxiFlow } from '../contender/batch-contender.ts'
import { cascade } from '../contender/node-contenders.ts'
import { offer } from '../drive/open-load.ts'
import { ServerProcess } from '../drive/server-process.ts'
import { tripData } from '../drive/trip-data.ts'
import { committedParts } from '../drive/watched-run.ts'
import { median } from '../measure/median.ts'
import type { Effort } from './effort.ts'
import { expWork } from './exp.ts'
import { measureSolo } from './measure-solo.ts'
import type { SoloOutcome } from './solo-outcome.ts'

/** Far from what the server can do: what is measured is how long a request stands behind the run. */
const perSecond = 500
const goal = 2

interface Stretch {
  readonly p50Ms: number
  readonly p99Ms: number
  readonly errors: number
}

/** A server under a steady load: by itself, beside a run that stands back, and beside one that does not. */
export async function runServeBesideRunCell({ rounds, seconds, isShort }: Effort): Promise<SoloOutcome> {
  const head = {
    name: 'serve-beside-run',
    title: `cell exp, ${perSecond} requests a second for ${seconds} s, beside the taxi flow with two threads`,
    columns: ['server', 'p50 ms', 'p99 ms', 'errors', 'p99 × alone', 'goal'],
  }
  return await measureSolo(head, async (table, folder) => {
    const rows = isShort ? 100_000 : 10_000_000
    const fileRows = isShort ? 100_000 : 1_000_000
    const input = tripData('taxi', { rows, fileRows, groupRows: 100_000, format: 'parquet', seed: 1 })
    const job = { input, format: 'parquet', output: join(folder, 'output'), threads: 2 } as const
    const sides: readonly (readonly [string, BatchContender | undefined])[] = [
      ['alone', undefined],
      ['beside a run, --nice 10', runTaxiFlow(['--nice', '10', '--part-rows', '10000'])],
      ['beside a run', runTaxiFlow(['--part-rows', '10000'])],
    ]
    const seen = new Map(sides.map(([name]) => [name, [] as Stretch[]]))
    const server = await ServerProcess.start(cascade('exp'), expWork)
    try {
      await measure(server, seconds)
      for (let round = 0; round < rounds; round++) {
        for (const [name, flow] of sides)
          seen.get(name)?.push(await besideRun(flow, job, () => measure(server, seconds)))
      }
    } finally {
      await server.stop()
    }
    const alone = seen.get('alone') ?? []
    for (const [name, stretches] of seen) table.push(describe(name, stretches, alone))
  })
}

async function measure(server: ServerProcess, seconds: number): Promise<Stretch> {
  const { latenciesMs, refused, broken } = await offer({ url: server.url, work: expWork, perSecond, seconds })
  const quantile = (share: number): number => latenciesMs[Math.floor(share * (latenciesMs.length - 1))] ?? Number.NaN
  return { p50Ms: quantile(0.5), p99Ms: quantile(0.99), errors: refused + broken }
}

/** While a run is at work, from its first part on; another one is started where it ends before. */
async function besideRun<T>(flow: BatchContender | undefined, job: BatchJob, work: () => Promise<T>): Promise<T> {
  if (flow === undefined) return await work()
  const stop = new AbortController()
  await rm(job.output, { recursive: true, force: true })
  const running = keepRunning(flow, job, stop.signal)
  try {
    await Promise.race([untilFirstPart(job, stop.signal), running])
    return await work()
  } finally {
    stop.abort()
    await running
  }
}

async function keepRunning(flow: BatchContender, job: BatchJob, stop: AbortSignal): Promise<void> {
  while (!stop.aborted) {
    const child = spawn(flow.command, flow.args(job), { stdio: 'ignore' })
    const kill = (): void => void child.kill('SIGKILL')
    stop.addEventListener('abort', kill, { once: true })
    await once(child, 'close')
    stop.removeEventListener('abort', kill)
    if (!stop.aborted && child.exitCode !== 0) throw new Error(`the run ended with ${child.exitCode}`)
    await rm(job.output, { recursive: true, force: true })
  }
}

async function untilFirstPart({ output }: BatchJob, stop: AbortSignal): Promise<void> {
  while (!stop.aborted && committedParts(output) === 0) await new Promise((resolve) => setTimeout(resolve, 20))
}

function describe(name: string, stretches: readonly Stretch[], alone: readonly Stretch[]): string[] {
  const ratio = median(stretches.map(({ p99Ms }, round) => p99Ms / (alone[round]?.p99Ms ?? Number.NaN)))
  const errors = stretches.reduce((sum, stretch) => sum + stretch.errors, 0)
  const isJudged = name.includes('--nice')
  return [
    name,
    median(stretches.map(({ p50Ms }) => p50Ms)).toFixed(2),
    median(stretches.map(({ p99Ms }) => p99Ms)).toFixed(2),
    String(errors),
    ratio.toFixed(2),
    isJudged ? `≤ ${goal} ${ratio <= goal ? 'reached' : 'missed'}` : '',
  ]
}
