import { fileURLToPath } from 'node:url'
import { expect, test } from 'vitest'
import { failWrites } from './failing-writes.ts'
import { type FaultResult, faultsHead, renderFault } from './fault-result.ts'
import { fillDisk } from './full-disk.ts'
import { killAndResume } from './kill-and-resume.ts'
import type { ResumableCommand } from './resumable-command.ts'
import { startSecondRun } from './two-runs.ts'
import { wakeZombie } from './zombie-run.ts'

const script = fileURLToPath(new URL('./apps/copy-run.js', import.meta.url))
const kilobytes = 1024

/** A run of our own that holds what a run must hold, or breaks one rule. */
function copyRun(fault = '', partMs = 40): ResumableCommand {
  return {
    name: 'copy-run',
    command: process.execPath,
    args: (output) => [script, output, '6', String(partMs), fault],
  }
}

function kill(fault: string): Promise<FaultResult> {
  return killAndResume(copyRun(fault), { moments: 3, seed: 3 })
}

test.concurrent('a run that is killed and resumed as it must be is found to give the same bytes', async () => {
  expect(await kill('')).toMatchObject({ trials: 3, problems: [] })
})

test.concurrent.each([
  ['drift', /has other bytes/],
  ['litter', /was left behind/],
  ['in-place', /not whole/],
])('a run that is killed is found out where it breaks a rule: %s', async (fault, problem) => {
  expect((await kill(fault)).problems.join('\n')).toMatch(problem)
})

test('a second run must be refused, and one that is not is found out', async () => {
  const [right, wrong] = await Promise.all([startSecondRun(copyRun()), startSecondRun(copyRun('no-lock'))])

  expect(right).toMatchObject({ problems: [], ends: new Map([['exit 5', 1]]) })
  expect(wrong.problems.join('\n')).toMatch(/expected 5/)
})

test.concurrent.each(['while', 'after'] as const)(
  'a stopped run that wakes up %s another works must not commit',
  async (wakes) => {
    const lease = { leaseMs: 30_000, wakes }
    const [right, wrong] = await Promise.all([
      wakeZombie(copyRun('', 150), lease),
      wakeZombie(copyRun('no-fence', 150), lease),
    ])

    expect(right).toMatchObject({ problems: [], ends: new Map([['exit 5', 1]]) })
    expect(wrong.problems).not.toEqual([])
  },
)

test('a full disk must leave nothing that is not whole', async ({ skip }) => {
  const sizes = { smallBytes: 48 * kilobytes, largeBytes: 1000 * kilobytes }
  const right = await fillDisk(copyRun('', 1), sizes)
  if (right.skipped !== undefined) skip(right.skipped)
  const wrong = await fillDisk(copyRun('in-place', 1), sizes)

  expect(right).toMatchObject({ problems: [], ends: new Map([['exit 1', 1]]) })
  expect(wrong.problems.join('\n')).toMatch(/not whole/)
})

test('writes that fail now and then must cost time only', async () => {
  const right = await failWrites(copyRun('', 1), { every: 10 })
  const wrong = await failWrites(copyRun('in-place', 1), { every: 10 })

  expect(right.problems).toEqual([])
  expect(right.ends.get('exit 1')).toBeGreaterThan(0)
  expect(right.ends.get('exit 0')).toBe(1)
  expect(wrong.problems.join('\n')).toMatch(/not whole/)
})

test('results are a table', () => {
  const good = { fault: 'kill -9', trials: 2, ends: new Map([['SIGKILL', 2]]), problems: [] }
  const absent = { fault: 'a full disk', trials: 0, ends: new Map(), problems: [], skipped: 'no disk to fill' }

  expect([faultsHead, renderFault(good), renderFault(absent)].join('\n').split('\n').slice(2)).toEqual([
    '| kill -9 | 2 | SIGKILL × 2 | the same bytes |',
    '| a full disk | 0 |  | no disk to fill |',
  ])
})
