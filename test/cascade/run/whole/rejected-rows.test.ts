import { existsSync } from 'node:fs'
import { join } from 'node:path'
import { expect, test, vi } from 'vitest'
import { FlowFolder, numbers } from './flow-folder.ts'

vi.setConfig({ testTimeout: 60_000 })

const flags = ['--part-bytes', '1024']

test('C41 one bad row too many ends a run with 3, and with a higher limit it goes on from what is committed', async () => {
  const folder = await FlowFolder.create({ 'a.ndjson': numbers(202) })

  const first = await folder.run([...flags, '--max-rejects', '100'], { BROKEN: '1' })
  const before = folder.commits()
  const second = await folder.run([...flags, '--max-rejects', '101'], { BROKEN: '1' })

  expect(first.code).toBe(3)
  expect(first.stderr).toContain('101 rows rejected, expected at most 100 rows')
  expect(Object.keys(before).length).toBeGreaterThan(0)
  expect(second.code).toBe(0)
  expect(folder.commits()).toMatchObject(before)
  expect(folder.manifest().rows).toEqual({ in: 202, out: 101, filtered: 0, rejected: 101, written: 101 })
})

test('C42 rejected rows that are run again by a handler that was put right are in the output once', async () => {
  const folder = await FlowFolder.create({ 'a.ndjson': numbers(50), 'b.ndjson': numbers(50, 50) })
  await folder.run(flags, { BROKEN: '1' })
  const rejects = folder
    .manifest()
    .rejectFiles.map(({ name }) => join(folder.out, folder.manifest().rejectsFolder, name))

  const retry = await folder.start(['retry-rejects', 'flow.ts#doubled'], { FLOW_VERSION: 'v2' }).ended

  const manifest = folder.manifest()
  const told = await folder.cascade('rejects', 'out')
  expect(retry.code).toBe(0)
  expect(folder.ids().toSorted((one, other) => one - other)).toEqual(numbers(100))
  expect(manifest).toMatchObject({ generation: 2, codeVersions: ['v1', 'v2'], rejectFiles: [] })
  expect(manifest.rows).toEqual({ in: 100, out: 100, filtered: 0, rejected: 0, written: 100 })
  expect(rejects.length).toBeGreaterThan(2)
  expect(rejects.some(existsSync)).toBe(false)
  expect(told).toMatchObject({ code: 0 })
})
