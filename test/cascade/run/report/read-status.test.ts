import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { dirname } from 'node:path'
import { fileURLToPath } from 'node:url'
import { expect, test } from 'vitest'
import { readStatus } from '../../../../packages/cascade/dist/run/commit/read-status.js'
import { runOver } from '../../cli/memory-io.ts'
import { scriptedDriver } from '../../cli/scripted-driver.ts'
import { assertSchema } from '../../schema-of-json.ts'
import { thrownBy } from '../../../thrown.ts'
import { makeAll, makePart, newFolder, open, planOf } from '../commit/written-output.ts'

test('C100 the status of an output is told while a run goes on, and after it has let go', async () => {
  const folder = await newFolder()
  const plan = planOf(folder, 30)
  const run = await open(plan)
  for (const part of plan.parts.slice(0, 3)) await makePart(run, part)

  const during = readStatus(folder, Date.now())
  await run.close()
  const after = readStatus(folder, Date.now())

  expect(during).toMatchObject({
    folder,
    asset: 'scored',
    codeVersion: 'v1',
    state: 'running',
    rows: { in: 30, out: 30, filtered: 0, rejected: 0, written: 30 },
    files: { count: 3 },
    holder: { runId: 'run-1', pid: process.pid, epoch: 1 },
    lastCommitAt: '2026-01-02T03:04:05.000Z',
  })
  expect(during.parts).toEqual({ total: 30, committed: 3, open: Array.from({ length: 20 }, (_, index) => index + 3) })
  expect(after.state).toBe('stopped')
})

test('C100 it is told after kill -9, by the command too', async () => {
  const folder = await newFolder()
  const script = fileURLToPath(new URL('./killed-run.js', import.meta.url))
  const child = spawn(process.execPath, [script], { stdio: ['pipe', 'pipe', 'inherit'] })
  child.stdin.end(JSON.stringify({ plan: planOf(folder, 5), parts: 2 }))
  await once(child.stdout, 'data')
  const during = readStatus(folder, Date.now())

  child.kill('SIGKILL')
  await once(child, 'close')

  const driver = scriptedDriver({ status: async (path) => readStatus(path, Date.now()) })
  const { code, stdout } = await runOver(driver, ['status', folder, '--json'])
  const status: unknown = JSON.parse(stdout)
  assertSchema('output-status', status)
  expect(during).toMatchObject({ state: 'running', holder: { pid: child.pid }, parts: { committed: 2 } })
  expect(code).toBe(0)
  expect(status).toMatchObject({ state: 'stopped', parts: { total: 5, committed: 2, open: [2, 3, 4] } })
})

test('a complete output says so', async () => {
  const folder = await newFolder()
  await makeAll(planOf(folder, 3))

  const status = readStatus(folder, Date.now())

  expect(status).toMatchObject({ state: 'complete', parts: { total: 3, committed: 3, open: [] }, files: { count: 3 } })
})

test('an output that nobody may see yet is told by the name that it will have', async () => {
  const folder = await newFolder()
  const plan = planOf(folder, 3)
  const run = await open(plan, { publish: 'atomic' })
  await makePart(run, plan.parts[0])

  const status = readStatus(folder, Date.now())
  await run.close()

  expect(status).toMatchObject({ folder, state: 'running', parts: { committed: 1 } })
})

test('a folder in which no run has begun is refused', async () => {
  const folder = dirname(await newFolder())

  const error = thrownBy(() => readStatus(folder, 0))

  expect([error.code, error.message]).toEqual(['CONFIG_INVALID', `no run has begun an output in folder "${folder}"`])
})
