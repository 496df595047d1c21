import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { column, compileRecordSchema, createRecordCheck, stage } from '@redesmyn/core'
import { Type } from 'typebox'
import { Compile } from 'typebox/compile'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { formatOfFile } from '../../../packages/cascade/dist/source/source-formats.js'
import { formatCases } from './format-cases.ts'
import { readRows, type Rows, writeRows } from './format-under-test.ts'

const Trip = Type.Object({
  id: column.int64(),
  at: column.timestamp(),
  fare: Type.Number(),
  tip: Type.Union([Type.Number(), Type.Null()]),
  is_airport: Type.Boolean(),
})
const Score = Type.Object({ id: column.int64(), score: Type.Number() })
const score = stage({
  name: 'score',
  input: Trip,
  output: Score,
  handler: (batch) =>
    batch.rows().map(({ id, at, fare, tip, is_airport }) => {
      return { id, score: fare * 0.5 + (tip ?? -1) + (is_airport ? 10 : 0) + (at % 1000) }
    }),
})

const trips = Array.from({ length: 1000 }, (_, row) => ({
  id: 2n ** 53n + BigInt(row),
  at: 1_772_368_215_250 + row,
  fare: row / 8,
  tip: row % 5 === 0 ? null : row / 16,
  is_airport: row % 7 === 0,
}))

let folder: string

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'same-rows-'))
})

afterAll(async () => {
  await rm(folder, { recursive: true })
})

test.each(formatCases)('R175 the same records give equal predictions from $name', async ({ extension, options }) => {
  const path = join(folder, `trips.${extension}`)
  const format = formatOfFile(path)
  await writeRows(format, path, Trip, trips, options)

  const { rows, bad } = await readRows(format, path, Trip, { batchRows: 256 })

  expect(bad).toEqual([])
  expect(rows).toEqual(trips satisfies Rows)
  expect(await score(rows as typeof trips)).toEqual(await score(trips))
})

const Wide = Type.Object({ fare: Type.Number(), zone: Type.String(), tip: Type.Number() })
const Narrow = Type.Object({
  fare: Type.Number({ minimum: 0, maximum: 100 }),
  zone: Type.String({ maxLength: 3 }),
  tip: Type.Refine(
    Type.Number(),
    (tip) => tip !== 7,
    () => 'must be another number than 7',
  ),
})
const good = { fare: 1, zone: 'abc', tip: 2 }
const broken = [
  { ...good, fare: -1 },
  { ...good, fare: 101.5 },
  { ...good, zone: 'abcd' },
  { ...good, tip: 7 },
]

test.each(formatCases)('a bad row of $name is told as a server tells it, with what was there', async (format) => {
  const path = join(folder, `broken.${format.extension}`)
  const name = formatOfFile(path)
  await writeRows(name, path, Wide, [good, ...broken], format.options)

  const { rows, bad } = await readRows(name, path, Narrow)

  const check = createRecordCheck(compileRecordSchema(Narrow, 'a source'), Compile, { coerce: false })
  const told = broken
    .flatMap((record) => check.issues(record, 0))
    .map(({ pointer, message }) => `${pointer} ${message}`)
  expect(rows).toEqual([good])
  expect(bad.map(({ message }) => message)).toEqual([
    `${told[0]}, got -1`,
    `${told[1]}, got 101.5`,
    `${told[2]}, got "abcd"`,
    `${told[3]}, got 7`,
  ])
})
