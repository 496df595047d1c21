import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { column, type ObjectSchema } from '@redesmyn/core'
import { type TSchema, Type } from 'typebox'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { readRows, type Rows, writeRows } from './format-under-test.ts'

let folder: string
let fileCount = 0

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'casts-'))
})

afterAll(async () => {
  await rm(folder, { recursive: true })
})

/** Values of a file's column, as the rows of a schema that asks for another type of it. */
async function readAs(given: TSchema, wanted: TSchema, values: readonly unknown[]) {
  const { rows, bad } = await readRows(
    'parquet',
    await write(
      Type.Object({ x: given }),
      values.map((x) => ({ x })),
    ),
    Type.Object({ x: wanted }),
  )
  return {
    values: rows.map(({ x }) => x),
    bad: bad.map(({ row, message, text }) => [row, message, Buffer.from(text).toString()]),
  }
}

async function write(schema: ObjectSchema, rows: Rows): Promise<string> {
  const path = join(folder, `${fileCount++}.parquet`)
  await writeRows('parquet', path, schema, rows)
  return path
}

test('integers of 64 bits, which most writers make, are taken as narrower ones where they fit', async () => {
  expect(await readAs(column.int64(), column.int32(), [1n, -5n, 2n ** 31n])).toEqual({
    values: [1, -5],
    bad: [[2, '/x must be int32, got 2147483648', '{"x":2147483648}']],
  })
})

test('integers of 64 bits are taken as floats up to 2^53, and never rounded', async () => {
  expect(await readAs(column.int64(), Type.Number(), [2n ** 53n, 2n ** 53n + 1n, -3n])).toEqual({
    values: [2 ** 53, -3],
    bad: [[1, '/x must be float64, got 9007199254740993', '{"x":"9007199254740993"}']],
  })
})

test('whole floats are taken as integers, others are not', async () => {
  expect(await readAs(Type.Number(), column.int64(), [3, 2.5, -1e15])).toEqual({
    values: [3n, -(10n ** 15n)],
    bad: [[1, '/x must be int64, got 2.5', '{"x":2.5}']],
  })
})

test('signed integers are taken as unsigned ones where they are none below zero', async () => {
  expect(await readAs(column.int64(), column.uint64(), [2n ** 63n - 1n, -1n])).toEqual({
    values: [2n ** 63n - 1n],
    bad: [[1, '/x must be uint64, got -1', '{"x":-1}']],
  })
})

test('numbers widen without a look, floats of 64 bits are rounded to 32', async () => {
  expect((await readAs(column.int16(), column.int64(), [-7])).values).toEqual([-7n])
  expect((await readAs(column.float32(), Type.Number(), [0.5])).values).toEqual([0.5])
  expect((await readAs(Type.Number(), column.float32(), [0.1])).values).toEqual([Math.fround(0.1)])
})

test('lists of any length are taken as lists of one, but those that have another', async () => {
  const pair = Type.Array(Type.Number(), { minItems: 2, maxItems: 2 })

  expect(
    await readAs(Type.Array(Type.Number()), pair, [
      [1, 2],
      [3, 4],
    ]),
  ).toEqual({
    values: [
      [1, 2],
      [3, 4],
    ],
    bad: [],
  })
  expect(await readAs(Type.Array(Type.Number()), pair, [[1, 2], [3], [5, 6]])).toEqual({
    values: [
      [1, 2],
      [5, 6],
    ],
    bad: [[1, '/x must be [float64;2], got 1 items', '{"x":[3]}']],
  })
})

test('nulls deep inside are told where the schema rules them out', async () => {
  const given = Type.Object({ tags: Type.Array(Type.Union([Type.String(), Type.Null()])) })
  const wanted = Type.Object({ tags: Type.Array(Type.String()) })

  expect(await readAs(given, wanted, [{ tags: ['a'] }, { tags: ['b', null] }])).toEqual({
    values: [{ tags: ['a'] }],
    bad: [[1, '/x/tags/1 must be utf8, got null', '{"x":{"tags":["b",null]}}']],
  })
})

test('structs may have more fields than are asked for, in any order', async () => {
  const given = Type.Object({ b: Type.String(), a: column.int32(), c: Type.String() })
  const wanted = Type.Object({ a: column.int64(), b: Type.String() })

  expect((await readAs(given, wanted, [{ a: 1, b: 'x', c: 'long enough to matter' }])).values).toEqual([
    { a: 1n, b: 'x' },
  ])
})

test('what the schema says of values is checked: bounds, patterns, choices, and rules over the whole record', async () => {
  const Loose = Type.Object({ fare: Type.Number(), zone: Type.String(), tip: Type.Union([Type.Number(), Type.Null()]) })
  const Strict = Type.Object({
    fare: Type.Number({ minimum: 0, maximum: 100 }),
    zone: Type.String({ pattern: '^[A-Z]' }),
    tip: Type.Union([Type.Number({ exclusiveMinimum: 0 }), Type.Null()]),
  })
  const Related = Type.Refine(
    Strict,
    ({ fare, tip }) => tip === null || tip <= fare,
    () => 'a tip is no more than the fare',
  )
  const good = { fare: 10, zone: 'Mitte', tip: null }
  const path = await write(Loose, [
    good,
    { ...good, fare: 101 },
    { ...good, zone: 'mitte' },
    { ...good, tip: 0 },
    { ...good, tip: 11 },
  ])

  const strict = await readRows('parquet', path, Strict)
  const related = await readRows('parquet', path, Related)

  expect(strict.rows).toEqual([good, { ...good, tip: 11 }])
  expect(strict.bad.map(({ row, message }) => [row, message])).toEqual([
    [1, '/fare must be <= 100, got 101'],
    [2, expect.stringMatching(/^\/zone must match pattern/)],
    [3, expect.stringMatching(/^\/tip must be > 0/)],
  ])
  expect(related.rows).toEqual([good])
  expect(related.bad.at(-1)).toMatchObject({ row: 4, message: 'a tip is no more than the fare' })
})
