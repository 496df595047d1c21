import { join } from 'node:path'
import { runBenchFlow } from '../contender/batch-contender.ts'
import { runJob } from '../drive/run-job.ts'
import { tripData } from '../drive/trip-data.ts'
import { median, spread } from '../measure/median.ts'
import { readReport } from '../measure/read-report.ts'
import type { Effort } from './effort.ts'
import { measureSolo } from './measure-solo.ts'
import type { SoloOutcome } from './solo-outcome.ts'

const mebibyte = 1024 * 1024
const goal = { partBytes: 128 * mebibyte, atMost: 0.02 }

interface Commits {
  readonly count: number
  readonly totalMs: number
  readonly share: number
}

/** What committing takes of a run, by the size of its parts; the run's own time counts, without its process' start. */
export async function runCommitOverheadCell({ rounds, isShort }: Effort): Promise<SoloOutcome> {
  const rows = isShort ? 20_000 : 2_800_000
  const head = {
    name: 'commit-overhead',
    title: `${rows} lines of JSON → Parquet: commits in the time of the run`,
    columns: ['part MiB', 'commits', 'run s', 'commits ms', 'ms each', 'share %', 'min', 'max', 'goal'],
  }
  return await measureSolo(head, async (table, folder) => {
    const input = tripData('commits', { rows, fileRows: rows / 2, groupRows: 50_000, format: 'ndjson', seed: 1 })
    const sizes = [goal.partBytes, 16 * mebibyte, mebibyte]
    const seen = new Map(sizes.map((partBytes) => [partBytes, { seconds: [] as number[], commits: [] as Commits[] }]))
    for (let round = 0; round < rounds; round++) {
      for (const [partBytes, { seconds, commits }] of seen) {
        const flow = runBenchFlow('clean-flow.ts#clean', ['--part-bytes', String(partBytes)])
        const job = { input, format: 'ndjson', output: join(folder, 'output'), threads: 2 } as const
        const report = readReport((await runJob(flow, job)).stdout)
        seconds.push(report.elapsedMs / 1000)
        commits.push({ ...report.commits, share: report.commits.totalMs / report.elapsedMs })
      }
    }
    for (const [partBytes, { seconds, commits }] of seen) table.push(describe(partBytes, seconds, commits))
  })
}

function describe(partBytes: number, seconds: readonly number[], commits: readonly Commits[]): string[] {
  const share = spread(commits.map((commit) => commit.share))
  const verdict = `≤ ${goal.atMost * 100} ${share.median <= goal.atMost ? 'reached' : 'missed'}`
  return [
    String(partBytes / mebibyte),
    median(commits.map(({ count }) => count)).toFixed(0),
    median(seconds).toFixed(2),
    median(commits.map(({ totalMs }) => totalMs)).toFixed(1),
    median(commits.map(({ totalMs, count }) => totalMs / count)).toFixed(2),
    ...[share.median, share.min, share.max].map((value) => (value * 100).toFixed(3)),
    partBytes === goal.partBytes ? verdict : '',
  ]
}
