import { mkdir } from 'node:fs/promises'
import { existsSync } from 'node:fs'
import { join } from 'node:path'
import type { PipelineError } from '@redesmyn/core'
import { expect, test } from 'vitest'
import { exitCodeOf } from '../../../../packages/cascade/dist/cli/exit-codes.js'
import { commitShards } from '../../../../packages/cascade/dist/run/commit/commit-shards.js'
import { readStatus } from '../../../../packages/cascade/dist/run/commit/read-status.js'
import { selectParts } from '../../../../packages/cascade/dist/run/plan/select-parts.js'
import { fakeClock } from '../../../clock/fake-clock.ts'
import { ForkedRun } from './forked-run.ts'
import { expectedHash, hashOf, makeAll, makePart, newFolder, open, planOf } from './written-output.ts'

function committing() {
  return { runId: 'commit', clock: fakeClock(), isoTime: () => '2026-01-02T03:04:05.000Z' }
}

test.each(['part', 'atomic'] as const)(
  'shards of their own processes and a commit give what one run gives, published by %s',
  async (publish) => {
    const plan = planOf(await newFolder(), 12)
    const shards = [1, 2, 3].map((index) => new ForkedRun(plan, { options: { publish, shard: { index, count: 3 } } }))
    const ends = await Promise.all(shards.map(async ({ ended }) => await ended))
    expect(ends.map((end) => end?.outcome)).toEqual(['partial', 'partial', 'partial'])

    const report = await commitShards(plan.output.folder, committing())

    expect(report).toMatchObject({ outcome: 'completed', partCount: 12, files: { count: 12 } })
    expect(hashOf(plan.output.folder)).toBe(expectedHash(12))
    expect(existsSync(join(plan.output.folder, '_SUCCESS'))).toBe(true)
    expect(await commitShards(plan.output.folder, committing())).toMatchObject({ outcome: 'unchanged' })
  },
)

test.each([1, 2, 3, 4, 5, 6, 7, 8])(
  'C33 %i shards, each a process of its own, give the bytes of a single run',
  async (count) => {
    const plan = planOf(await newFolder(), 10)
    const shards = Array.from({ length: count }, (_, index) => ({ index: index + 1, count }))
    const runs = shards.map((shard) => new ForkedRun(plan, { options: { shard } }))
    await Promise.all(runs.map(async ({ ended }) => await ended))

    await commitShards(plan.output.folder, committing())

    expect(hashOf(plan.output.folder)).toBe(expectedHash(10))
  },
)

test('a commit without a shard exits with 5 and names the parts, and where they come from', async () => {
  const plan = planOf(await newFolder(), 5)
  for (const index of [1, 3]) {
    const shard = { index, count: 3 }
    await makeAll(plan, { runId: `shard-${index}`, shard, selected: selectParts(plan.parts, { shard }) })
  }

  const error: PipelineError = await commitShards(plan.output.folder, committing()).catch((thrown) => thrown)

  expect(exitCodeOf(error.code)).toBe(5)
  expect(error.details.parts).toEqual([1, 4])
  expect(error.message).toContain('2 of 5 parts')
  expect(error.message).toContain('1 (bytes 100 to 200 of "rows.ndjson"), 4 (bytes 400 to 500 of "rows.ndjson")')
})

test('shards of one division do not lock each other out, the same shard and other divisions do', async () => {
  const plan = planOf(await newFolder(), 4)
  const first = await open(plan, { shard: { index: 1, count: 2 } })

  const codes: (string | undefined)[] = []
  for (const shard of [{ index: 2, count: 2 }, { index: 1, count: 2 }, { index: 2, count: 3 }, undefined]) {
    const opened = await open(plan, { shard }).catch((error: PipelineError) => error.code)
    codes.push(typeof opened === 'string' ? opened : 'opened')
    if (typeof opened !== 'string') await opened.close()
  }

  expect(codes).toEqual(['opened', 'OUTPUT_LOCKED', 'OUTPUT_LOCKED', 'OUTPUT_LOCKED'])
  await first.close()
})

test('a status tells what is committed, what is open and who holds it', async () => {
  const plan = planOf(await newFolder(), 4)
  const { folder } = plan.output
  const output = await open(plan)
  await makePart(output, plan.parts[2])

  const running = readStatus(folder, Date.now())
  await output.close()
  const stopped = readStatus(folder, Date.now())
  await makeAll(plan)
  const complete = readStatus(folder, Date.now())

  expect(running).toMatchObject({
    folder,
    asset: 'scored',
    codeVersion: 'v1',
    state: 'running',
    parts: { total: 4, committed: 1, open: [0, 1, 3] },
    rows: { in: 10, out: 10, written: 10 },
    files: { count: 1 },
    holder: { runId: 'run-1', pid: process.pid, epoch: 1 },
    lastCommitAt: '2026-01-02T03:04:05.000Z',
  })
  expect(stopped.state).toBe('stopped')
  expect(complete).toMatchObject({ state: 'complete', parts: { committed: 4, open: [] } })
})

test('a status of a run that was killed says so at once, by files alone', async () => {
  const plan = planOf(await newFolder(), 4)
  await new ForkedRun(plan, { signal: 'SIGKILL', atStep: 28 }).ended

  const status = readStatus(plan.output.folder, Date.now())

  expect(status.state).toBe('stopped')
  expect(status.parts.committed).toBeGreaterThan(0)
})

test('a status of a folder that no run has begun is refused', async () => {
  const folder = await newFolder()

  expect(() => readStatus(folder, 0)).toThrow(`there is no folder "${folder}", expected one that a run has written to`)
  await mkdir(folder, { recursive: true })
  expect(() => readStatus(folder, 0)).toThrow(`no run has begun an output in folder "${folder}"`)
})
