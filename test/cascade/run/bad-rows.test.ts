import { mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { appPath, CascadeProcess } from '../cascade-process.ts'

type Row = Readonly<Record<string, unknown>>

let folder = ''

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'bad-rows-'))
})

afterEach(() => rm(folder, { recursive: true }))

/** A run of an asset of test/cascade/apps/bad-rows.ts over rows of which these have another x. */
async function run(asset: string, rowCount: number, bad: Readonly<Record<number, number>>) {
  const rows = Array.from({ length: rowCount }, (_, id) => JSON.stringify({ id, x: bad[id] ?? id + 10 }))
  const calls = join(folder, 'calls')
  await writeFile(join(folder, 'rows.ndjson'), `${rows.join('\n')}\n`)
  await writeFile(calls, '')
  const words = [
    'run',
    `${appPath('bad-rows.ts')}#${asset}`,
    '--input',
    join(folder, 'rows.ndjson'),
    '--output',
    join(folder, 'out'),
  ]
  const { code, stderr } = await new CascadeProcess(words, { CALLS: calls }).ended
  const files = (await readdir(folder, { recursive: true })).filter((path) => path.includes('part-'))
  const read = await Promise.all(files.map((path) => readRows(join(folder, path))))
  const all = read.flat()
  return {
    code,
    stderr,
    rows: all.filter((row) => row['_code'] === undefined),
    rejects: all.filter((row) => row['_code'] !== undefined),
    calls: (await readFile(calls, 'utf8')).length,
  }
}

async function readRows(path: string): Promise<readonly Row[]> {
  const lines = (await readFile(path, 'utf8')).trim().split('\n')
  return lines.map((line): Row => JSON.parse(line))
}

test('C39 of 65,536 rows the one that the handler throws at is rejected alone, after 34 calls at most', {
  timeout: 60_000,
}, async () => {
  const { code, rows, rejects, calls } = await run('thread', 65_536, { 40_321: 1 })

  expect(rejects).toMatchObject([
    { id: 40_321, x: 1, _stage: 'thread-work', _code: 'HANDLER_ERROR', _message: 'a one' },
  ])
  expect(rows.map(({ id }) => id)).toEqual(Array.from({ length: 65_536 }, (_, id) => id).filter((id) => id !== 40_321))
  expect(calls).toBeLessThanOrEqual(34)
  expect(code).toBe(0)
})

test.each(['inline', 'thread', 'child'])(
  'C38 rows that a handler (%s) rejects never come out, and are once among the rejects',
  { timeout: 60_000 },
  async (asset) => {
    const { code, rows, rejects } = await run(asset, 100, { 7: 3, 99: 3 })

    expect(rejects.map(({ id, _row, _stage, _code, _message }) => [id, _row, _stage, _code, _message])).toEqual(
      [7, 99].map((id) => [id, id, `${asset}-work`, 'RECORD_INVALID', 'a three']),
    )
    expect([rows.length, rows.some(({ x }) => x === 3), code]).toEqual([98, false, 0])
  },
)

test('a row that aborts its process is rejected after two ends, and the run completes', {
  timeout: 60_000,
}, async () => {
  const { code, rows, rejects } = await run('child', 16, { 5: 2 })

  expect(rejects).toMatchObject([{ id: 5, _stage: 'child-work', _code: 'EXECUTOR_LOST' }])
  expect([rows.length, code]).toEqual([15, 0])
})
