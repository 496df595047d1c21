import { spawnSync } from 'node:child_process'
import { cp, mkdir, mkdtemp, readdir, readFile, rm } from 'node:fs/promises'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { afterAll, beforeAll, expect, test } from 'vitest'

const cascade = fileURLToPath(new URL('../bin/cascade.js', import.meta.resolve('@redesmyn/cascade')))
const own = fileURLToPath(new URL('.', import.meta.url))
let folder: string

beforeAll(async () => {
  // Inside the repository, so that the packages are found; its outputs are not put beside the example.
  const built = join(own, '../dist')
  await mkdir(built, { recursive: true })
  folder = await mkdtemp(join(built, 'assets-'))
  for (const name of ['flow.ts', 'data']) await cp(join(own, name), join(folder, name), { recursive: true })
})
afterAll(async () => await rm(folder, { recursive: true }))

/** The lines of an asset that is kept as NDJSON. */
async function rowsOf(asset: string): Promise<readonly unknown[]> {
  const output = join(folder, 'out', asset)
  const names = (await readdir(output)).filter((name) => name.endsWith('.ndjson')).toSorted()
  const texts = await Promise.all(names.map(async (name) => await readFile(join(output, name), 'utf8')))
  return texts.flatMap((text) =>
    text
      .trim()
      .split('\n')
      .map((line): unknown => JSON.parse(line)),
  )
}

function run(...flags: readonly string[]) {
  return spawnSync(process.execPath, [cascade, 'run', join(folder, 'flow.ts'), ...flags], { encoding: 'utf8' })
}

test('an asset is joined from two others, which are made before it', { timeout: 60_000 }, async () => {
  const { status, stderr } = run()

  expect(stderr).not.toContain('error')
  expect(status).toBe(0)
  expect(await rowsOf('revenue')).toEqual([
    { name: 'BRONX', trips: 2, revenue: 38.3 },
    { name: 'QUEENS', trips: 3, revenue: 97.55 },
  ])
})

test('a second run finds everything made', { timeout: 60_000 }, async () => {
  const before = await readdir(join(folder, 'out/revenue'))

  const { status } = run()

  expect(status).toBe(0)
  expect(await readdir(join(folder, 'out/revenue'))).toEqual(before)
})
