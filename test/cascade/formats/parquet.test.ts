import { mkdtemp, open, readFile, rm, stat } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { column } from '@redesmyn/core'
import { type TSchema, Type } from 'typebox'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { openParquet } from '../../../packages/cascade/dist/source/parquet/open-parquet.js'
import { readRows, type Rows, splitFile, writeRows } from './format-under-test.ts'
import { hasPyarrow, runPython } from './python-client.ts'

/** Twelve columns of like size. */
const names = Array.from({ length: 12 }, (_, index) => `c${index}`)
const Wide = Type.Object(Object.fromEntries(names.map((name): [string, TSchema] => [name, Type.Number()])))
const Few = Type.Object({ c1: Type.Number(), c5: Type.Number(), c9: Type.Number() })
const wideRows: Rows = Array.from({ length: 20_000 }, (_, row) => {
  return Object.fromEntries(names.map((name, index) => [name, row * 1.1 + index]))
})
const fewRows = wideRows.map(({ c1, c5, c9 }) => ({ c1, c5, c9 }))

let folder: string
let widePath: string

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'parquet-'))
  widePath = join(folder, 'wide.parquet')
  await writeRows('parquet', widePath, Wide, wideRows, { batchRows: 5000, groupRows: 5000, compression: 'none' })
})

afterAll(async () => {
  await rm(folder, { recursive: true })
})

test('C18 three of twelve columns are read with the pages of the other nine overwritten', async () => {
  await overwriteColumns(widePath, (name) => !Object.hasOwn(Few.properties, name))

  const { rows, bad } = await readRows('parquet', widePath, Few)

  expect(bad).toEqual([])
  expect(rows).toEqual(fewRows)
  await expect(readRows('parquet', widePath, Wide)).rejects.toMatchObject({ code: 'SOURCE_FAILED' })
})

test('C18 three of twelve columns are less than 35 % of the bytes', async ({ skip }) => {
  skip(process.platform !== 'linux', 'reads /proc')
  await readRows('parquet', widePath, Few)
  const before = await bytesRead()

  await readRows('parquet', widePath, Few)

  const { size } = await stat(widePath)
  expect((await bytesRead()) - before).toBeLessThan(size * 0.35)
})

test('a row group of twice the limit and more is cut, a smaller one is not', async () => {
  const rowsOfParts = async (partRows: number): Promise<readonly unknown[]> => {
    return (await splitFile('parquet', widePath, { partRows, partBytes: 1e12 })).map(({ rowCount }) => rowCount)
  }

  expect(await rowsOfParts(2500)).toEqual(Array.from({ length: 8 }, () => 2500))
  expect(await rowsOfParts(4000)).toEqual([5000, 5000, 5000, 5000])
  expect(await rowsOfParts(10_000)).toEqual([10_000, 10_000])
})

test('parts are bounded in bytes as well', async () => {
  const parts = await splitFile('parquet', widePath, { partRows: 1e9, partBytes: 1_000_000 })

  expect(parts.map(({ rowCount }) => rowCount)).toEqual([10_000, 10_000])
})

test('C21 C16 pyarrow reads what is written here: types, nulls, and integers beyond 2^53', async ({ skip }) => {
  skip(!hasPyarrow(), 'pyarrow is not installed')
  const schema = Type.Object({
    id: column.int64(),
    at: column.timestamp(),
    score: Type.Union([column.float32(), Type.Null()]),
    name: Type.String(),
    flags: Type.Array(Type.Boolean()),
    point: Type.Array(Type.Number(), { minItems: 2, maxItems: 2 }),
  })
  const records = Array.from({ length: 1000 }, (_, row) => ({
    id: 2n ** 53n + BigInt(row),
    at: row * 1000,
    score: row % 3 === 0 ? null : row / 2,
    name: `trip ${row % 10}`,
    flags: [row % 2 === 0],
    point: [row, -row],
  }))
  const expected = records.map(({ id, ...rest }) => ({ id: String(id), ...rest }))
  for (const extension of ['parquet', 'arrow', 'arrows'] as const) {
    const path = join(folder, `ours.${extension}`)
    const format = extension === 'parquet' ? 'parquet' : 'arrow'
    const form = extension === 'arrows' ? 'stream' : 'file'
    await writeRows(format, path, schema, records, { groupRows: 300, form })

    expect(runPython(printRows, [path])).toEqual({
      types: ['int64', 'timestamp[ms, tz=UTC]', 'float', 'string', 'list<item: bool not null>', pointType],
      rows: expected,
    })
  }
})

const pointType = 'fixed_size_list<item: double not null>[2]'
const printRows = `
import json, sys
import pyarrow as pa, pyarrow.ipc as ipc, pyarrow.parquet as pq
path = sys.argv[1]
if path.endswith('.parquet'): table = pq.read_table(path)
elif path.endswith('.arrow'): table = ipc.open_file(path).read_all()
else: table = ipc.open_stream(path).read_all()
types = [str(field.type) for field in table.schema]
place = table.schema.get_field_index('at')
table = table.set_column(place, 'at', table['at'].cast(pa.int64()))
rows = [{**row, 'id': str(row['id'])} for row in table.to_pylist()]
print(json.dumps({'types': types, 'rows': rows}))
`

async function overwriteColumns(path: string, isOverwritten: (name: string) => boolean): Promise<void> {
  const { footer, handle: reading } = await openParquet(path)
  await reading.close()
  const handle = await open(path, 'r+')
  for (const { chunks } of footer.groups) {
    for (const { path: names, start, byteLength } of chunks) {
      if (isOverwritten(names[0])) await handle.write(new Uint8Array(byteLength).fill(0x5a), 0, byteLength, start)
    }
  }
  await handle.close()
}

/** By this process, from files and everything else. */
async function bytesRead(): Promise<number> {
  const counters = await readFile('/proc/self/io', 'utf8')
  return Number(/^rchar: (\d+)$/m.exec(counters)?.[1])
}
