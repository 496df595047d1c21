import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { writeTrips } from '@redesmyn/examples/taxi/write-trips'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { failWrites } from './failing-writes.ts'
import { type FaultResult, faultsHead, renderFault } from './fault-result.ts'
import { fillDisk } from './full-disk.ts'
import { killAndResume } from './kill-and-resume.ts'
import type { ResumableCommand } from './resumable-command.ts'
import { startSecondRun } from './two-runs.ts'
import { wakeZombie } from './zombie-run.ts'

/** `npm run faults` asks for fifty kills and tells each fault as it is through; here a few, for every commit to pay for. */
const asked = process.env.FAULT_MOMENTS
const moments = Number(asked ?? 2)
const seed = Number(process.env.FAULT_SEED ?? 1)
// What counts is at which step of which part a run is met, and not how much a part holds.
const rows = asked === undefined ? 40_000 : 200_000
const partRows = rows / (asked === undefined ? 8 : 20)
const leaseMs = 30_000
const timeoutMs = 900_000

const bin = fileURLToPath(new URL('../../../packages/cascade/bin/cascade.js', import.meta.url))
const flow = fileURLToPath(new URL('../../../examples/taxi/flow.ts', import.meta.url))
let folder: string

beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'redesmyn-faults-'))
  writeTrips({ folder, rows, fileRows: rows / 4, groupRows: partRows, format: 'parquet', seed: 1 })
  tell(faultsHead)
}, 60_000)
afterAll(() => rmSync(folder, { recursive: true }))

/** The taxi flow in some parts. Small batches in one thread make it last, where it has to be met at work. */
function taxi(pace: 'fast' | 'slow'): ResumableCommand {
  const flags = pace === 'fast' ? ['--threads', '2'] : ['--threads', '1', '--batch-rows', String(rows / 2000)]
  return {
    name: 'cascade run',
    command: process.execPath,
    args: (output) => [
      ...[bin, 'run', `${flow}#scored`, '--input', join(folder, '*.parquet'), '--output', output],
      ...['--part-rows', String(partRows), '--quiet', ...flags],
    ],
  }
}

function tell(line: string): void {
  if (asked !== undefined) console.log(line)
}

function note(result: FaultResult): FaultResult {
  tell(renderFault(result))
  return result
}

test(
  `C24 killed at ${moments} moments and resumed, it ends with the same bytes and leaves nothing behind`,
  async () => {
    const onKill = (count: number): void =>
      count % 10 === 0 ? tell(`${count} of ${moments} killed and resumed`) : undefined
    expect(note(await killAndResume(taxi('fast'), { moments, seed, onKill })).problems).toEqual([])
  },
  timeoutMs,
)

test(
  'C27 a second run on an output ends with 5 and names who holds it',
  async () => {
    expect(note(await startSecondRun(taxi('slow')))).toMatchObject({ problems: [], ends: new Map([['exit 5', 1]]) })
  },
  timeoutMs,
)

for (const wakes of ['while', 'after'] as const) {
  test(
    `C27 a run that was stopped beyond its lease and wakes up ${wakes} another works commits nothing more`,
    async () => {
      expect(note(await wakeZombie(taxi('slow'), { leaseMs, wakes })).problems).toEqual([])
    },
    timeoutMs,
  )
}

test(
  'C30 a full disk ends it, nothing that is not whole can be seen, and with more room it goes on',
  async ({ skip }) => {
    // A row takes some 10 bytes of output.
    const result = note(await fillDisk(taxi('fast'), { smallBytes: 5 * rows, largeBytes: 100 * rows }))
    if (result.skipped !== undefined) skip(result.skipped)

    expect(result.problems).toEqual([])
    expect(result.ends).toEqual(new Map([['exit 1', 1]]))
  },
  timeoutMs,
)

test(
  'a sink of which every tenth write fails costs time only',
  async () => {
    const result = note(await failWrites(taxi('fast'), { every: 10 }))

    expect(result.problems).toEqual([])
    expect(result.ends.get('exit 1')).toBeGreaterThan(0)
  },
  timeoutMs,
)
