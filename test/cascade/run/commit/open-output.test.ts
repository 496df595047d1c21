import { existsSync, readFileSync, statSync } from 'node:fs'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { findOutput } from '../../../../packages/cascade/dist/run/commit/find-output.js'
import { dataFiles, expectedHash, hashOf, makeAll, makePart, newFolder, open, planOf } from './written-output.ts'

const rule = { acceptDrift: false }

test('an output has its parts, a record of each, a manifest and a mark', async () => {
  const folder = await newFolder()

  const outcome = await makeAll(planOf(folder, 3))

  const manifest = JSON.parse(readFileSync(join(folder, 'manifest.json'), 'utf8'))
  expect(outcome).toBe('completed')
  expect(hashOf(folder)).toBe(expectedHash(3))
  expect(dataFiles(folder)).toEqual(manifest.files.map(({ name }: { name: string }) => name))
  expect(manifest.rows).toEqual({ in: 30, out: 30, filtered: 0, rejected: 0, written: 30 })
  expect(existsSync(join(folder, '_cascade/commits/00002.json'))).toBe(true)
  expect(existsSync(join(folder, '_SUCCESS'))).toBe(true)
})

test('what a run leaves open the next one makes', async () => {
  const folder = await newFolder()
  const plan = planOf(folder, 4)
  const first = await open(plan)
  await makePart(first, plan.parts[2])
  await first.close()

  const second = await open(plan, { runId: 'run-2' })

  expect(second.openParts.map(({ index }) => index)).toEqual([0, 1, 3])
  expect(second.skippedCount).toBe(1)
  expect(second.rows.in).toBe(10)
  await second.close()
})

test('a complete output is found by its plan, and nothing is touched', async () => {
  const folder = await newFolder()
  const plan = planOf(folder, 3)
  await makeAll(plan)
  const paths = [folder, ...['_cascade', '_cascade/epochs', 'manifest.json', '_SUCCESS'].map((n) => join(folder, n))]
  const times = () => paths.map((path) => statSync(path).mtimeMs)
  const before = times()

  const manifest = findOutput(plan, rule)

  expect(manifest?.partCount).toBe(3)
  expect(times()).toEqual(before)
})
