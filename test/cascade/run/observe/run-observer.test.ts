import { join } from 'node:path'
import { expect, test, vi } from 'vitest'
import { localDriver } from '../../../../packages/cascade/dist/run/driver/local-driver.js'
import type { RunOptions } from '../../../../packages/cascade/dist/run/run-options.js'
import { ProgressMeter } from '../../../../packages/cascade/dist/run/progress/progress-meter.js'
import type { RunStatus } from '../../../../packages/cascade/dist/run/progress/run-status.js'
import { FlowFolder, numbers } from '../whole/flow-folder.ts'

vi.setConfig({ testTimeout: 60_000 })

/** Runs it in this process; where it stood when it was over, and what it said at its end. */
async function runOf(folder: FlowFolder, options: RunOptions) {
  let read = (): RunStatus => {
    throw new Error('nothing has begun')
  }
  const watcher = { began: (of: () => RunStatus) => void (read = of), ended: () => undefined, write: () => undefined }
  const request = { app: join(folder.path, 'flow.ts'), asset: 'doubled', stages: [], places: [], options }
  const [report] = await localDriver().run({ ...request, signal: new AbortController().signal }, watcher)
  return { report, view: new ProgressMeter().observe(read()) }
}

test('a shard comes to its end with the last of its own parts', async () => {
  const folder = await FlowFolder.create({ 'a.ndjson': numbers(50) })

  const first = await runOf(folder, { partBytes: 1024, shard: '1/2' })
  const second = await runOf(folder, { partBytes: 1024, shard: '2/2' })

  expect(first.view).toMatchObject({ doneShare: 1, etaMs: 0 })
  expect(first.view.status.parts).toEqual({ total: 3, committed: 3, atStart: 0 })
  expect(first.report).toMatchObject({
    outcome: 'partial',
    parts: { total: 5, selected: 3, committed: 3, skipped: 0 },
    commits: { count: 3 },
  })
  expect(second.view.status.parts).toEqual({ total: 2, committed: 2, atStart: 0 })
  expect(second.view.status.rows).toMatchObject({ atStart: 0, committed: 20, done: 20 })
  expect(second.report).toMatchObject({
    outcome: 'partial',
    parts: { total: 5, selected: 2, committed: 5, skipped: 0 },
    commits: { count: 2 },
  })
})

test('partitions that were made before are no part of the way of the others, and the last make the whole', async () => {
  const folder = await FlowFolder.create({ 'day=1/a.ndjson': numbers(20), 'day=2/a.ndjson': numbers(10, 20) })

  const first = await runOf(folder, { partBytes: 1024, partition: ['day=1'] })
  const second = await runOf(folder, { partBytes: 1024, partition: ['day=2'] })

  expect(first.view.status.parts).toEqual({ total: 2, committed: 2, atStart: 0 })
  expect(first.view).toMatchObject({ doneShare: 1, etaMs: 0 })
  expect(first.report.outcome).toBe('partial')
  expect(second.view.status).toMatchObject({ parts: { total: 1, committed: 1, atStart: 0 }, rows: { committed: 10 } })
  expect(second.report).toMatchObject({ outcome: 'completed', parts: { total: 3, selected: 1, committed: 3 } })
})

test('a share of the rows of an input that goes to the standard output is no whole', async () => {
  const folder = await FlowFolder.create({ 'a.ndjson': numbers(50) })

  const end = await folder.run(['--part-bytes', '1024', '--shard', '1/2', '--output', '-'])

  expect(end.code).toBe(0)
  expect(end.stderr).toContain('doubled: partial, 3 parts of 5')
})
