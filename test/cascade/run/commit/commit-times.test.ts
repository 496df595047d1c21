import { expect, test } from 'vitest'
import { type DurableFiles, nodeFiles } from '../../../../packages/cascade/dist/run/commit/durable-files.js'
import type { Output } from '../../../../packages/cascade/dist/run/commit/output.js'
import { newRunIdentity } from '../../../../packages/cascade/dist/run/driver/run-identity.js'
import { runReport } from '../../../../packages/cascade/dist/run/driver/run-reports.js'
import { type FakeClock, fakeClock } from '../../../clock/fake-clock.ts'
import { makePart, newFolder, open, planOf } from './written-output.ts'

/** A disk that takes so long to sync a folder, and no time for anything else. */
function slowFiles(clock: FakeClock, syncMs: number): DurableFiles {
  const files = nodeFiles()
  const syncFolder = async (folder: string): Promise<void> => {
    await files.syncFolder(folder)
    clock.advance(syncMs)
  }
  return { ...files, syncFolder }
}

function reportOf(output: Output, plan: ReturnType<typeof planOf>) {
  const identity = newRunIdentity(new Date(0))
  return runReport({ plan, identity, output, outcome: 'completed', elapsedMs: 0, steps: [] })
}

test('C115 a run commits each part once, and reports what its commits took', async () => {
  const clock = fakeClock()
  const plan = planOf(await newFolder(), 3)
  const output = await open(plan, { clock, files: slowFiles(clock, 20) })

  for (const part of plan.parts) {
    // Reading, running and writing take their time too, which is none of the commits'.
    clock.advance(5000)
    await makePart(output, part)
  }

  // The folder of the files is synced, then that of the records.
  expect(reportOf(output, plan).commits).toEqual({ count: 3, totalMs: 3 * 2 * 20 })
  await output.close()
})

test('commits of earlier runs, and one that fails, are not told', async () => {
  const clock = fakeClock()
  const plan = planOf(await newFolder(), 3)
  const first = await open(plan)
  await makePart(first, plan.parts[0])
  await first.close()
  const second = await open(plan, { runId: 'run-2', clock, files: slowFiles(clock, 20) })

  await makePart(second, plan.parts[1])
  const attempt = second.beginPart(plan.parts[2])
  const rows = { in: 1, out: 0, filtered: 0, rejected: 0, written: 0 }
  await expect(second.commit(attempt, { data: undefined, rejects: undefined, rows })).rejects.toThrow('does not add up')

  expect(reportOf(second, plan).commits).toEqual({ count: 1, totalMs: 40 })
  await second.close()
})
