import { existsSync, readFileSync } from 'node:fs'
import { writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { findRejects, openRetry } from '../../../../packages/cascade/dist/run/commit/open-retry.js'
import type { Output } from '../../../../packages/cascade/dist/run/commit/output.js'
import type { Part, RunPlan } from '../../../../packages/cascade/dist/run/plan/run-plan.js'
import { dataFiles, makeAll, newFolder, open, optionsOf, planOf } from './written-output.ts'

/** Makes a part of ten rows of which some are rejected. */
async function makeWithRejects(output: Output, part: Part, rejected: number): Promise<void> {
  const attempt = output.beginPart(part)
  const out = 10 - rejected
  await writeFile(attempt.dataPath, 'good\n'.repeat(out))
  if (rejected > 0) await writeFile(attempt.rejectsPath, 'bad\n'.repeat(rejected))
  const rejects = rejected > 0 ? { rowCount: rejected, byteLength: 4 * rejected } : undefined
  const rows = { in: 10, out, filtered: 0, rejected, written: out }
  await output.commit(attempt, { data: { rowCount: out, byteLength: 5 * out }, rejects, rows })
}

async function outputWithRejects(): Promise<RunPlan> {
  const plan = planOf(await newFolder(), 3)
  const output = await open(plan)
  for (const [index, rejected] of [2, 0, 3].entries()) await makeWithRejects(output, plan.parts[index], rejected)
  await output.finish()
  await output.close()
  return plan
}

/** The plan of a retry: a part for each file of rejects. */
function retryPlan(plan: RunPlan, paths: readonly string[], root: string): RunPlan {
  const [file] = plan.input.files
  const files = paths.map((path) => ({ ...file, path }))
  const parts = plan.parts.slice(0, files.length).map((part, index) => ({ ...part, file: index }))
  return { ...plan, codeVersion: 'fixed', input: { ...plan.input, root, files }, parts }
}

async function retryPart(output: Output, part: Part, read: number, stillRejected: number): Promise<void> {
  const attempt = output.beginPart(part)
  const out = read - stillRejected
  await writeFile(attempt.dataPath, 'good\n'.repeat(out))
  if (stillRejected > 0) await writeFile(attempt.rejectsPath, 'bad\n'.repeat(stillRejected))
  await output.commit(attempt, {
    data: { rowCount: out, byteLength: 5 * out },
    rejects: stillRejected > 0 ? { rowCount: stillRejected, byteLength: 4 * stillRejected } : undefined,
    rows: { in: read, out, filtered: 0, rejected: stillRejected, written: out },
  })
}

function goodRows(folder: string): number {
  const names = dataFiles(folder).filter((name) => !name.startsWith('_'))
  return names.reduce((sum, name) => sum + readFileSync(join(folder, name), 'utf8').split('\n').length - 1, 0)
}

test('rejected rows that are run again are in the output once, and no file of rejects is left', async () => {
  const plan = await outputWithRejects()
  const { folder } = plan.output
  const rejects = findRejects(folder)
  const retry = retryPlan(plan, rejects.paths, rejects.root)

  const output = await openRetry(retry, rejects.manifest, optionsOf(retry))
  await retryPart(output, retry.parts[0], 2, 0)
  await retryPart(output, retry.parts[1], 3, 0)
  expect(await output.finish()).toBe('completed')
  await output.close()

  const after = findRejects(folder)
  expect(after.paths).toEqual([])
  expect(rejects.paths.some(existsSync)).toBe(false)
  expect(after.manifest).toMatchObject({
    generation: 2,
    codeVersions: ['v1', 'fixed'],
    rows: { in: 30, out: 30, filtered: 0, rejected: 0, written: 30 },
  })
  expect(after.manifest.files).toHaveLength(5)
  expect(goodRows(folder)).toBe(30)
})

test('a retry that stops half-way is gone on with, and until its end the manifest is the one before', async () => {
  const plan = await outputWithRejects()
  const { folder } = plan.output
  const rejects = findRejects(folder)
  const retry = retryPlan(plan, rejects.paths, rejects.root)
  const first = await openRetry(retry, rejects.manifest, optionsOf(retry))
  await retryPart(first, retry.parts[0], 2, 0)
  await first.close()
  expect(findRejects(folder).manifest.generation).toBe(1)

  const second = await openRetry(retry, rejects.manifest, optionsOf(retry, { runId: 'run-3' }))
  expect(second.openParts.map(({ index }) => index)).toEqual([1])
  await retryPart(second, retry.parts[1], 3, 1)
  await second.finish()
  await second.close()

  const after = findRejects(folder)
  expect(after.manifest.rows).toEqual({ in: 30, out: 29, filtered: 0, rejected: 1, written: 29 })
  expect(after.paths).toHaveLength(1)
  expect(goodRows(folder)).toBe(29)
})

test('a restart removes what retries have made as well', async () => {
  const plan = await outputWithRejects()
  const { folder } = plan.output
  const rejects = findRejects(folder)
  const retry = retryPlan(plan, rejects.paths, rejects.root)
  const output = await openRetry(retry, rejects.manifest, optionsOf(retry))
  await retryPart(output, retry.parts[0], 2, 1)
  await retryPart(output, retry.parts[1], 3, 0)
  await output.finish()
  await output.close()

  await makeAll(plan, { restart: true })

  expect(dataFiles(folder)).toHaveLength(3)
})

test('rejects of an output that is not complete are not run again', async () => {
  const plan = planOf(await newFolder(), 3)
  await (await open(plan)).close()

  expect(() => findRejects(plan.output.folder)).toThrow('is not complete: run it to its end before its rejects')
})
