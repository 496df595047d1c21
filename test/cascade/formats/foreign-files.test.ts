import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { column } from '@redesmyn/core'
import { type TSchema, Type } from 'typebox'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { describeFile, readRows, type Rows, writeRows } from './format-under-test.ts'

const fixtures = fileURLToPath(new URL('fixtures/', import.meta.url))
const nullable = (type: TSchema) => Type.Union([type, Type.Null()])
const Pair = Type.Object({ a: column.int32(), b: Type.String() })

/** Every column of the fixtures that pyarrow wrote, as a schema that asks for it. */
const types: Readonly<Record<string, TSchema>> = {
  int8: column.int8(),
  int16: column.int16(),
  int32: column.int32(),
  int64: column.int64(),
  uint8: column.uint8(),
  uint16: column.uint16(),
  uint32: column.uint32(),
  uint64: column.uint64(),
  float16: column.float32(),
  float32: column.float32(),
  float64: Type.Number(),
  bool: Type.Boolean(),
  utf8: Type.String(),
  large_utf8: Type.String(),
  utf8_view: Type.String(),
  binary: column.bytes(),
  large_binary: column.bytes(),
  binary_view: column.bytes(),
  fixed_binary: column.bytes(),
  date32: column.timestamp(),
  date64: column.timestamp(),
  timestamp_s: column.timestamp(),
  timestamp_ms: column.timestamp(),
  timestamp_us: column.timestamp(),
  timestamp_ns: column.timestamp(),
  timestamp_utc: column.timestamp(),
  timestamp_zone: column.timestamp(),
  decimal128: Type.Number(),
  decimal256: Type.Number(),
  decimal_text: Type.String(),
  dictionary: Type.String(),
  dictionary_int64: column.int64(),
  list: Type.Array(column.float32()),
  large_list: Type.Array(column.int32()),
  fixed_list: Type.Array(Type.Number(), { minItems: 3, maxItems: 3 }),
  list_of_lists: Type.Array(Type.Array(column.int32())),
  struct: Pair,
  list_of_structs: Type.Array(Pair),
  struct_of_list: Type.Object({ items: Type.Array(Type.String()) }),
  map: Type.Array(Type.Object({ key: Type.String(), value: column.int32() })),
  nothing: Type.String(),
}
const Everything = Type.Object(Object.fromEntries(Object.entries(types).map(([name, type]) => [name, nullable(type)])))

let folder: string

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'foreign-'))
})

afterAll(async () => {
  await rm(folder, { recursive: true })
})

describe.each([
  ['parquet', 'types.parquet'],
  ['arrow', 'types.arrow'],
  ['arrow', 'types.arrows'],
] as const)('%s as in %s', (format, file) => {
  test('C16 each type that pyarrow writes is read, value by value', async () => {
    const { rows, bad } = await readRows(format, join(fixtures, file), Everything)

    expect(bad).toEqual([])
    expect(rows.map(toJson)).toEqual(await expectedRows())
  })

  test.each(Object.entries(types))('C16 column %s can be read without the others', async (name, type) => {
    const { rows } = await readRows(format, join(fixtures, file), Type.Object({ [name]: nullable(type) }))

    expect(rows.map(toJson)).toEqual((await expectedRows()).map((row) => ({ [name]: row[name] })))
  })

  test('C16 what was read and written again is the same rows', async () => {
    const { rows } = await readRows(format, join(fixtures, file), Everything)
    const path = join(folder, file)
    await writeRows(format, path, Everything, rows, file.endsWith('arrows') ? { form: 'stream' } : {})

    const again = await readRows(format, path, Everything)

    expect(again.rows).toEqual(rows)
  })

  test('the columns are told in our types, but those that have none', async () => {
    const { columns } = await describeFile(format, join(fixtures, file))

    expect(columns?.map(({ name }) => name)).toEqual(Object.keys(types))
  })
})

const Paged = Type.Object({
  id: column.int64(),
  at: column.timestamp(),
  fare: nullable(Type.Number()),
  payment: Type.String(),
  flag: Type.Boolean(),
})
const pagedRows: Rows = Array.from({ length: 300 }, (_, row) => ({
  id: BigInt(row),
  at: Date.UTC(2026, 0, 1) + row * 60_000,
  fare: row % 7 === 0 ? null : row / 4,
  payment: ['card', 'cash', 'none'][row % 3],
  flag: row % 2 === 0,
}))

test.each(['snappy', 'zstd', 'gzip', 'none', 'plain', 'delta', 'v2', 'int96', 'index'])(
  'C16 Parquet pages are read as pyarrow writes them: %s',
  async (kind) => {
    const { rows } = await readRows('parquet', join(fixtures, `pages-${kind}.parquet`), Paged, { batchRows: 64 })

    expect(rows).toEqual(pagedRows)
  },
)

test.each(['snappy', 'zstd', 'gzip', 'none'] as const)(
  'C16 Parquet is written with %s and read again',
  async (compression) => {
    const path = join(folder, `out-${compression}.parquet`)
    await writeRows('parquet', path, Paged, pagedRows, { compression, groupRows: 128 })

    const { rows } = await readRows('parquet', path, Paged)

    expect(rows).toEqual(pagedRows)
  },
)

test('bytes that changed on the way are an error that names the file, or other values, never a crash', async () => {
  const path = join(folder, 'damaged.parquet')
  const whole = await readFile(join(fixtures, 'pages-snappy.parquet'))
  for (let place = 4; place < whole.length; place += 61) {
    const damaged = Uint8Array.from(whole)
    damaged[place] ^= 0x5a
    await writeFile(path, damaged)

    const outcome = await readRows('parquet', path, Paged).catch((error: unknown) => error)

    if (outcome instanceof Error) {
      expect(outcome).toMatchObject({ code: expect.stringMatching(/SOURCE_FAILED|SCHEMA_MISMATCH/) })
      expect(outcome.message).toContain(path)
    }
  }
})

async function expectedRows(): Promise<Rows> {
  return JSON.parse(await readFile(join(fixtures, 'types.json'), 'utf8'))
}

/** Rows as the fixtures' JSON has them. */
function toJson(row: unknown): unknown {
  return JSON.parse(
    JSON.stringify(row, (_, value: unknown) => {
      if (typeof value === 'bigint') return String(value)
      return value instanceof Uint8Array ? Buffer.from(value).toString('base64') : value
    }),
  )
}
