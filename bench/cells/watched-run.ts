import { join } from 'node:path'
import { type BatchJob, runTaxiFlow, withNodeFlags } from '../contender/batch-contender.ts'
import { freePort } from '../drive/free-port.ts'
import { runJob } from '../drive/run-job.ts'
import { tripData } from '../drive/trip-data.ts'
import { median, spread } from '../measure/median.ts'
import { profiledMs } from '../measure/profile-share.ts'
import { readReport } from '../measure/read-report.ts'
import type { Effort } from './effort.ts'
import { measureSolo } from './measure-solo.ts'
import type { SoloOutcome } from './solo-outcome.ts'

const goal = 0.97
const scrapeEveryMs = 1000
/** What is done for the account of memory, whose modules have nothing else in them. */
const ledgerModules = ['/run/memory/memory-ledger.js', '/run/memory/block-memory.js', '/run/memory/charge.js']
/** In a bundle a profile cannot tell modules apart. */
const asCompiled = '--conditions=unbundled-cascade'

/** The same run with everything that tells of it and with nothing, in turn; and the share of the ledger in its time. */
export async function runWatchedRunCell({ rounds, isShort }: Effort): Promise<SoloOutcome> {
  const rows = isShort ? 100_000 : 10_000_000
  const fileRows = isShort ? 100_000 : 1_000_000
  const head = {
    name: 'watched-run',
    title: `${rows} trips: with metrics asked for every second, log, lineage and progress, and without`,
    columns: ['run', 'run s', 'rows/s', 'of unwatched', 'min', 'max', 'goal'],
  }
  return await measureSolo(head, async (table, folder) => {
    const input = tripData('taxi', { rows, fileRows, groupRows: 100_000, format: 'parquet', seed: 1 })
    const job = { input, format: 'parquet', output: join(folder, 'output'), threads: 2 } as const
    const seconds = { unwatched: [] as number[], watched: [] as number[] }
    for (let round = 0; round < rounds; round++) {
      seconds.unwatched.push(await runUnwatched(job))
      seconds.watched.push(await runWatched(job, folder))
    }
    const ratios = spread(seconds.unwatched.map((one, round) => one / (seconds.watched[round] ?? Number.NaN)))
    const verdict = `≥ ${goal} ${ratios.median >= goal ? 'reached' : 'missed'}`
    const texts = [ratios.median, ratios.min, ratios.max].map((ratio) => ratio.toFixed(3))
    table.push(describe('unwatched', rows, median(seconds.unwatched)))
    table.push([...describe('watched', rows, median(seconds.watched)), ...texts, verdict])
    const ledger = await ledgerShare(job, folder)
    table.push([`ledger: ${(ledger * 100).toFixed(3)} % of the run`])
  })
}

const silence = ['--progress', 'none', '--log-level', 'silent']

async function runUnwatched(job: BatchJob): Promise<number> {
  return readReport((await runJob(runTaxiFlow(silence), job)).stdout).elapsedMs / 1000
}

async function runWatched(job: BatchJob, folder: string): Promise<number> {
  const port = await freePort()
  const files = ['--lineage', join(folder, 'lineage.ndjson'), '--log-file', join(folder, 'log.ndjson')]
  const flags = ['--metrics-port', String(port), '--progress', 'json', '--log-level', 'info', ...files]
  const scrape = (): void => void fetch(`http://127.0.0.1:${port}/metrics`).catch(() => undefined)
  const timer = setInterval(scrape, scrapeEveryMs)
  try {
    return readReport((await runJob(runTaxiFlow(flags), job)).stdout).elapsedMs / 1000
  } finally {
    clearInterval(timer)
  }
}

/** By a profile of all its threads: there is no run without a ledger that it could be compared with. */
async function ledgerShare(job: BatchJob, folder: string): Promise<number> {
  const profiles = join(folder, 'profiles')
  const flow = withNodeFlags(runTaxiFlow(silence), [asCompiled, '--cpu-prof', '--cpu-prof-dir', profiles])
  const { elapsedMs } = readReport((await runJob(flow, job)).stdout)
  return profiledMs(profiles, ledgerModules) / elapsedMs
}

function describe(name: string, rows: number, seconds: number): string[] {
  return [name, seconds.toFixed(2), (rows / seconds).toFixed(0)]
}
