import { existsSync, readdirSync } from 'node:fs'
import { readFile, utimes } from 'node:fs/promises'
import { join } from 'node:path'
import { describe, expect, test } from 'vitest'
import { findOutput } from '../../../../packages/cascade/dist/run/commit/find-output.js'
import type { RunPlan } from '../../../../packages/cascade/dist/run/plan/run-plan.js'
import { ForkedRun } from './forked-run.ts'
import { dataFiles, expectedHash, hashOf, makeAll, newFolder, open, planOf } from './written-output.ts'

const partCount = 2

/** How many changes on disk an undisturbed run makes. */
async function countSteps(publish: 'part' | 'atomic'): Promise<number> {
  const plan = planOf(await newFolder(), partCount)
  const end = await new ForkedRun(plan, { options: { publish } }).ended
  expect(end?.outcome).toBe('completed')
  return end?.stepCount ?? 0
}

/** Exactly the parts, under the names that the manifest tells, and nothing of the runs that made them. */
async function expectExact(folder: string): Promise<void> {
  const manifest = JSON.parse(await readFile(join(folder, 'manifest.json'), 'utf8'))
  expect(hashOf(folder)).toBe(expectedHash(partCount))
  expect(dataFiles(folder)).toEqual(manifest.files.map(({ name }: { name: string }) => name))
  expect(existsSync(join(folder, '_SUCCESS'))).toBe(true)
}

/** What the same command does when it is given again. */
async function goOn(plan: RunPlan, publish: 'part' | 'atomic'): Promise<void> {
  if (findOutput(plan, { acceptDrift: false }) !== undefined) return
  await makeAll(plan, { publish, runId: 'next' })
  expect(readdirSync(join(plan.output.folder, '_cascade/attempts'))).toEqual([])
}

/** As if half a minute had gone by without a word of whoever holds the output. */
async function silence(folder: string): Promise<void> {
  const epochs = join(folder, '_cascade/epochs')
  const longAgo = Date.now() / 1000 - 31
  for (const name of existsSync(epochs) ? readdirSync(epochs) : []) await utimes(join(epochs, name), longAgo, longAgo)
}

// Processes are dear, so only every second step is tried; a cut after each is replayed in power-cut.test.ts.
// What is published as a whole differs from the rest only by its end.
describe.each([
  ['part', 1],
  ['atomic', 36],
] as const)('published by %s', (publish, firstStep) => {
  test('killed before every second of its changes on disk, a run is gone on with to the same bytes', async () => {
    const stepCount = await countSteps(publish)
    expect(stepCount).toBeGreaterThan(firstStep + 5)

    for (let atStep = firstStep; atStep <= stepCount; atStep += 2) {
      const plan = planOf(await newFolder(), partCount)
      const end = await new ForkedRun(plan, { options: { publish }, signal: 'SIGKILL', atStep }).ended
      expect(end).toBeUndefined()

      await goOn(plan, publish)

      await expectExact(plan.output.folder)
    }
  }, 120_000)
})

test('stopped before every second of its changes and woken after another took over, a run changes nothing', async () => {
  const stepCount = await countSteps('part')
  const codes = new Set<string | undefined>()

  for (let atStep = 1; atStep <= stepCount; atStep += 2) {
    const plan = planOf(await newFolder(), partCount)
    const zombie = new ForkedRun(plan, { signal: 'SIGSTOP', atStep })
    expect(await zombie.stopped()).toBe(true)
    await silence(plan.output.folder)
    await makeAll(plan, { runId: 'next' })

    zombie.kill('SIGCONT')
    const end = await zombie.ended

    codes.add(end?.code ?? end?.outcome)
    await expectExact(plan.output.folder)
  }

  expect(codes).toEqual(new Set(['OUTPUT_LOCKED', 'completed']))
}, 120_000)

test('a run that still lives is not taken over, and is told by process and host', async () => {
  const plan = planOf(await newFolder(), partCount)
  const first = new ForkedRun(plan, { signal: 'SIGSTOP', atStep: 20 })
  await first.stopped()

  const error = await open(plan, { runId: 'next' }).catch((thrown: unknown) => thrown)

  expect(error).toMatchObject({ code: 'OUTPUT_LOCKED', details: { pid: first.pid } })
  expect(String(error)).toContain(`is held by process ${first.pid} on host "`)
  first.kill('SIGCONT')
  expect(await first.ended).toMatchObject({ outcome: 'completed' })
})

test('of runs that begin together one works, and the others name it', async () => {
  const plan = planOf(await newFolder(), 20)
  const runs = Array.from({ length: 4 }, (_, index) => new ForkedRun(plan, { options: { runId: `run-${index}` } }))

  const ends = await Promise.all(runs.map(async ({ ended }) => await ended))

  const refused = ends.filter((end) => end?.code === 'OUTPUT_LOCKED')
  const completed = ends.filter((end) => end?.outcome === 'completed')
  expect(refused.length + completed.length).toBe(4)
  expect(completed.length).toBeGreaterThan(0)
  expect(hashOf(plan.output.folder)).toBe(expectedHash(20))
})
