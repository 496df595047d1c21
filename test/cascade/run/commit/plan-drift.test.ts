import { existsSync, readFileSync } from 'node:fs'
import { mkdir, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import type { PipelineError } from '@redesmyn/core'
import { describe, expect, test } from 'vitest'
import { exitCodeOf } from '../../../../packages/cascade/dist/cli/exit-codes.js'
import { findOutput } from '../../../../packages/cascade/dist/run/commit/find-output.js'
import { inspectOutput } from '../../../../packages/cascade/dist/run/commit/inspect-output.js'
import type { OutputOptions } from '../../../../packages/cascade/dist/run/commit/open-output.js'
import type { RunPlan } from '../../../../packages/cascade/dist/run/plan/run-plan.js'
import { dataFiles, expectedHash, hashOf, makeAll, makePart, newFolder, open, planOf } from './written-output.ts'

const inspection = { publish: 'part', restart: false, acceptDrift: false, shard: undefined, nowMs: 0 } as const

/** An output of which one part of three is committed. */
async function begun(codeVersion = 'v1', changes: Partial<OutputOptions> = {}): Promise<RunPlan> {
  const plan = planOf(await newFolder(), 3, codeVersion)
  const output = await open(plan, changes)
  await makePart(output, plan.parts[0])
  await output.close()
  return plan
}

async function refusal(made: Promise<unknown>): Promise<PipelineError> {
  return await made.then(
    () => {
      throw new Error('nothing was thrown')
    },
    (error: PipelineError) => error,
  )
}

test('another split of the input is refused with exit code 5 and what differs', async () => {
  const plan = await begun()

  const error = await refusal(open({ ...plan, partRows: 7 }, { acceptDrift: true }))

  expect(exitCodeOf(error.code)).toBe(5)
  expect(error.details.changes).toEqual(['partRows: 10 → 7'])
  expect(error.message).toContain('was begun with another plan: partRows: 10 → 7; --restart makes all anew')
})

test('changed code is refused, and accepted for the open parts where the user says so', async () => {
  const plan = await begun()
  const changed = { ...plan, codeVersion: 'v2' }

  const error = await refusal(open(changed))
  const outcome = await makeAll(changed, { acceptDrift: true, runId: 'run-2' })

  const manifest = JSON.parse(readFileSync(join(plan.output.folder, 'manifest.json'), 'utf8'))
  const stored = JSON.parse(readFileSync(join(plan.output.folder, '_cascade/plan.json'), 'utf8'))
  expect(error.details.changes).toEqual(['code version: v1 → v2'])
  expect(error.message).toContain('--accept-drift makes the open parts with the new code')
  expect(outcome).toBe('completed')
  expect(manifest).toMatchObject({ codeVersions: ['v1', 'v2'], runs: ['run-1', 'run-2'] })
  expect(stored).toMatchObject({ earlierVersions: ['v1'], plan: { codeVersion: 'v2' } })
})

test('a complete output of other code is refused too, and one of the accepted code is complete', async () => {
  const plan = await begun()
  const changed = { ...plan, codeVersion: 'v2' }
  await makeAll(changed, { acceptDrift: true })

  expect(findOutput(changed, { acceptDrift: false })?.partCount).toBe(3)
  expect(() => findOutput(plan, { acceptDrift: false })).toThrow('code version: v2 → v1')
})

test('a restart removes what was made before, and nothing else', async () => {
  const plan = await begun()
  const { folder } = plan.output
  await makeAll(plan)
  const before = dataFiles(folder)
  await writeFile(join(folder, 'notes.txt'), 'mine')
  await mkdir(join(folder, 'part-00001-mine'))

  await makeAll({ ...planOf(folder, 5), codeVersion: 'v2' }, { restart: true })

  expect(hashOf(folder)).toBe(expectedHash(5))
  expect(dataFiles(folder).filter((name) => before.includes(name))).toEqual([])
  expect(readFileSync(join(folder, 'notes.txt'), 'utf8')).toBe('mine')
  expect(existsSync(join(folder, 'part-00001-mine'))).toBe(true)
})

test('a restart that was killed goes on with removing, also where the next run does not ask for it', async () => {
  const plan = await begun()
  const { folder } = plan.output
  const output = await open(plan)
  await output.close()
  await writeFile(join(folder, '_cascade/restarting'), '')

  await makeAll(planOf(folder, 2, 'v2'))

  expect(hashOf(folder)).toBe(expectedHash(2))
  expect(dataFiles(folder)).toHaveLength(2)
})

test('a restart of one shard would remove the work of others, and is refused', async () => {
  const plan = await begun()

  const error = await refusal(open(plan, { restart: true, shard: { index: 1, count: 2 } }))

  expect(error.code).toBe('CONFIG_INVALID')
})

test('an output is not begun in one way of publishing and ended in the other', async () => {
  const [visible, hidden] = [await begun(), await begun('v1', { publish: 'atomic' })]

  const errors = [await refusal(open(visible, { publish: 'atomic' })), await refusal(open(hidden, { publish: 'part' }))]

  expect(errors.map(({ details }) => details.changes)).toEqual([['publish: part → atomic'], ['publish: atomic → part']])
})

describe('what a run would find', () => {
  test('is told without a change on disk', async () => {
    const plan = await begun()
    const fresh = planOf(await newFolder(), 3)

    expect(inspectOutput(fresh, inspection).resume).toEqual({ state: 'new' })
    expect(existsSync(fresh.output.folder)).toBe(false)
    expect(inspectOutput(plan, inspection)).toEqual({
      resume: { state: 'resumed', committedParts: 1 },
      committed: new Set([0]),
    })
    expect(inspectOutput({ ...plan, codeVersion: 'v2' }, inspection).resume).toEqual({
      state: 'changed',
      differences: ['code version: v1 → v2'],
    })
    await makeAll(plan)
    expect(inspectOutput(plan, inspection).resume).toEqual({ state: 'complete' })
  })

  test('is another run at work, by process and host', async () => {
    const plan = planOf(await newFolder(), 3)
    const output = await open(plan)

    const { resume } = inspectOutput(plan, inspection)

    expect(resume).toMatchObject({ state: 'held', pid: process.pid })
    await output.close()
  })
})
