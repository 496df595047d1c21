import { mkdtemp, readdir, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { appPath, runCascade } from '../cascade-process.ts'
import { readRows, type Rows, writeRows } from './format-under-test.ts'
import { Trip, trips } from './trip-records.ts'

let folder: string
let output: string

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'run-files-'))
  output = join(folder, 'out')
})

afterEach(async () => {
  await rm(folder, { recursive: true })
})

async function run() {
  const input = join(folder, '*.parquet')
  return await runCascade(['run', `${appPath('passed-flow.ts')}#passed`, '--input', input, '--output', output])
}

async function writtenRows(): Promise<Rows> {
  const names = (await readdir(output)).filter((name) => name.endsWith('.parquet')).toSorted()
  const files = await Promise.all(names.map((name) => readRows('parquet', join(output, name), Trip)))
  return files.flatMap(({ rows }) => rows)
}

test('C19 C21 files are read in the order of their names, and integers beyond 2^53 stay exact', async () => {
  const records = trips(900)
  const names = ['trips-b', 'trips-10', 'trips-a', 'Trips', 'trips-9']
  const inOrder = names.toSorted()
  await Promise.all(
    names.map((name) => {
      const place = inOrder.indexOf(name)
      return writeRows('parquet', join(folder, `${name}.parquet`), Trip, records.slice(place * 180, place * 180 + 180))
    }),
  )

  const { code, stderr } = await run()

  expect([code, stderr]).toEqual([0, expect.stringContaining('passed: completed')])
  expect(await writtenRows()).toEqual(records)
})

test('C19 an empty glob is a mistake of whoever wrote it', async () => {
  const { code, stderr } = await run()

  expect(code).toBe(2)
  expect(stderr).toContain('*.parquet')
})

test('C19 a file without rows gives an output that is complete, and empty', async () => {
  await writeRows('parquet', join(folder, 'none.parquet'), Trip, [])

  const { code, stderr } = await run()

  expect([code, stderr]).toEqual([0, expect.stringContaining('0 in, of which 0 out')])
  expect(await writtenRows()).toEqual([])
  expect(await readdir(output)).toContain('_SUCCESS')
})
