import { readFile, truncate } from 'node:fs/promises'
import { column, compileRecordSchema } from '@redesmyn/core'
import { Type } from 'typebox'
import { describe, expect, test } from 'vitest'
import { caseFiles } from './case-files.ts'
import { type FormatCase, formatCases } from './format-cases.ts'
import { describeFile, readBlocks, readRows, type Rows, rowsOf, splitFile } from './format-under-test.ts'
import { Trip, trips } from './trip-records.ts'

const nullable = <T extends Parameters<typeof Type.Union>[0][number]>(type: T) => Type.Union([type, Type.Null()])

const flatTypes = {
  int8: column.int8(),
  int16: column.int16(),
  int32: column.int32(),
  int64: column.int64(),
  uint8: column.uint8(),
  uint16: column.uint16(),
  uint32: column.uint32(),
  uint64: column.uint64(),
  float32: column.float32(),
  float64: Type.Number(),
  whole: Type.Integer({ minimum: -1e12, maximum: 1e12 }),
  flag: Type.Boolean(),
  text: Type.String(),
  at: column.timestamp(),
  maybe_int: nullable(column.int32()),
  maybe_int64: nullable(column.int64()),
  maybe_float: nullable(Type.Number()),
  maybe_flag: nullable(Type.Boolean()),
  maybe_at: nullable(column.timestamp()),
}
const flatRow = {
  int8: -128,
  int16: -32_768,
  int32: -(2 ** 31),
  int64: -(2n ** 63n),
  uint8: 255,
  uint16: 65_535,
  uint32: 2 ** 32 - 1,
  uint64: 2n ** 64n - 1n,
  float32: 1.5,
  float64: 0.1,
  whole: 123_456_789_012,
  flag: true,
  text: 'Zürich, "quoted"\nand 🚕',
  at: 1_772_368_215_250,
  maybe_int: 7,
  maybe_int64: 2n ** 60n + 1n,
  maybe_float: -0.25,
  maybe_flag: false,
  maybe_at: -1,
}
const nulls = { maybe_int: null, maybe_int64: null, maybe_float: null, maybe_flag: null, maybe_at: null }
const flatRows: Rows = [flatRow, { ...flatRow, ...nulls, text: 'x' }, { ...flatRow, flag: false }]

const nestedTypes = {
  floats: Type.Array(column.float32()),
  maybe_texts: nullable(Type.Array(nullable(Type.String()))),
  point: Type.Array(Type.Number(), { minItems: 2, maxItems: 2 }),
  place: Type.Object({ zone: column.int32(), name: nullable(Type.String()) }),
  stops: Type.Array(Type.Object({ at: column.timestamp(), zones: Type.Array(column.int16()) })),
}
const nestedRows: Rows = [
  {
    floats: [1.5, -2],
    maybe_texts: ['a', null, ''],
    point: [1, 2],
    place: { zone: 3, name: 'Mitte' },
    stops: [
      { at: 5, zones: [1, 2] },
      { at: 6, zones: [] },
    ],
  },
  { floats: [], maybe_texts: null, point: [0.5, -1], place: { zone: -3, name: null }, stops: [] },
]

describe.each(formatCases)('$name', (format: FormatCase) => {
  const { newPath, write } = caseFiles(format)

  test('C16 values of every flat type come back as they were, nulls among them', async () => {
    const schema = Type.Object(flatTypes)
    const path = await write(schema, flatRows)

    const { rows, bad } = await readRows(format.format, path, schema)

    expect(bad).toEqual([])
    expect(rows).toEqual(flatRows)
  })

  // Some formats have no lists.
  if (format.hasNesting) {
    test('C16 lists, lists of one length and structs come back, inside each other too', async () => {
      const schema = Type.Object(nestedTypes)
      const path = await write(schema, nestedRows)

      const { rows, bad } = await readRows(format.format, path, schema)

      expect(bad).toEqual([])
      expect(rows).toEqual(nestedRows)
    })
  }

  // Some formats have no bytes.
  if (format.hasBinary) {
    test('C16 bytes come back as they were', async () => {
      const schema = Type.Object({ blob: column.bytes(), maybe: nullable(column.bytes()) })
      const records = [
        { blob: Uint8Array.of(0, 255, 10), maybe: null },
        { blob: new Uint8Array(0), maybe: Uint8Array.of(1) },
      ]
      const path = await write(schema, records)

      const { rows } = await readRows(format.format, path, schema)

      expect(rows).toEqual(records)
    })
  }

  test('C21 integers beyond 2^53 stay exact', async () => {
    const values = [2n ** 53n + 1n, -(2n ** 53n) - 1n, 2n ** 63n - 1n, -(2n ** 63n), 0n]
    const schema = Type.Object({ value: column.int64(), size: column.uint64() })
    const records = values.map((value) => ({ value, size: BigInt.asUintN(64, value) }))
    const path = await write(schema, records)

    const { rows } = await readRows(format.format, path, schema)

    expect(rows).toEqual(records)
  })

  test('blocks are cut at multiples of batchRows, counted from the first row of the part', async () => {
    const path = await write(Trip, trips(1000), { groupRows: 300, batchRows: 77 })

    const { rows, blocks } = await readRows(format.format, path, Trip, { batchRows: 128 })

    expect(blocks.map(({ firstRow }) => firstRow)).toEqual([0, 128, 256, 384, 512, 640, 768, 896])
    expect(blocks.map(({ readRows: count }) => count)).toEqual([128, 128, 128, 128, 128, 128, 128, 104])
    expect(rows).toEqual(trips(1000))
  })

  test('a block takes fewer rows where they would take more than batchBytes, and one where one does', async () => {
    const records = trips(100).map((row, index) => ({ ...row, payment: 'x'.repeat(index === 50 ? 5000 : 10) }))
    const path = await write(Trip, records, { batchRows: 33 })
    const sizes: number[] = []

    const { rows, blocks } = await readRows(format.format, path, Trip, {
      batchRows: 64,
      batchBytes: 1024,
      allocate: async (byteLength) => {
        sizes.push(byteLength)
        return new SharedArrayBuffer(byteLength)
      },
    })

    expect(rows).toEqual(records)
    expect(sizes.filter((size) => size > 1024)).toHaveLength(1)
    expect(blocks.find(({ firstRow }) => firstRow === 50)).toMatchObject({ readRows: 1 })
    expect(blocks.some(({ firstRow }) => firstRow === 64)).toBe(true)
  })

  test('reading waits until memory is given', async () => {
    const path = await write(Trip, trips(300))
    const asked: ((buffer: SharedArrayBuffer) => void)[] = []
    const blocks = readBlocks(format.format, path, Trip, {
      batchRows: 100,
      allocate: async () => await new Promise((resolve) => asked.push(resolve)),
    })

    const first = blocks.next()
    await expect.poll(() => asked.length).toBe(1)
    asked[0](new SharedArrayBuffer(8192))

    const { value } = await first
    expect(value && rowsOf(value)).toEqual(trips(100))
    expect(asked).toHaveLength(1)
    await blocks.return(undefined)
  })

  test('an abort ends the reading with its reason, while it waits for memory as well', async () => {
    const path = await write(Trip, trips(300))
    const reason = new Error('enough')
    const abort = new AbortController()
    const blocks = readBlocks(format.format, path, Trip, {
      signal: abort.signal,
      allocate: async () => {
        abort.abort(reason)
        return await new Promise(() => undefined)
      },
    })

    await expect(blocks.next()).rejects.toBe(reason)
    await expect(readRows(format.format, path, Trip, { signal: abort.signal })).rejects.toBe(reason)
  })

  test('rows that break the schema are told with row and column, and the others are read', async () => {
    const Loose = Type.Object({ id: column.int64(), fare: nullable(Type.Number()), payment: Type.String() })
    const Strict = Type.Object({
      id: column.int64(),
      fare: Type.Number({ minimum: 0 }),
      payment: Type.String({ maxLength: 4 }),
    })
    const records = trips(500).map((row, index) => {
      if (index === 7) return { ...row, fare: null }
      if (index === 130) return { ...row, fare: -1 }
      return index === 499 ? { ...row, payment: 'barter' } : row
    })
    const path = await write(Loose, records, { batchRows: 90 })

    const { rows, bad, blocks } = await readRows(format.format, path, Strict, { batchRows: 128 })

    expect(bad.map(({ row, code }) => [row, code])).toEqual([
      [7, 'RECORD_INVALID'],
      [130, 'RECORD_INVALID'],
      [499, 'RECORD_INVALID'],
    ])
    expect(bad.map(({ message }) => message).join()).toMatch(/fare.*fare.*payment/s)
    expect(Buffer.from(bad[2].text).toString()).toContain('barter')
    expect(rows).toEqual(records.filter((_, index) => ![7, 130, 499].includes(index)))
    expect(blocks.map(({ readRows: count, rowCount }) => [count, rowCount])).toEqual([
      [128, 127],
      [128, 127],
      [128, 128],
      [116, 115],
    ])
  })

  // A text has no types.
  if (format.hasGroups) {
    test('columns that the file lacks are null where the schema allows it, else named in one error', async () => {
      const path = await write(Trip, trips(10))
      const More = Type.Object({ id: column.int64(), note: nullable(Type.String()) })
      const Other = Type.Object({ id: column.int64(), speed: Type.Number(), fare: Type.Boolean() })

      const { rows } = await readRows(format.format, path, More)

      expect(rows[3]).toEqual({ id: 2n ** 53n + 3n, note: null })
      await expect(readRows(format.format, path, Other)).rejects.toMatchObject({
        code: 'SCHEMA_MISMATCH',
        message: expect.stringMatching(/"speed" is missing.*"fare" is float64 and must be bool/),
      })
    })
  }

  test('the parts of a file are its rows, each once, whatever their limits', async () => {
    const path = await write(Trip, trips(1000), { groupRows: 100 })
    for (const partRows of [1, 40, 100, 250, 1000]) {
      const parts = await splitFile(format.format, path, { partRows, partBytes: 1e9 })
      const ids: unknown[] = []
      for (const range of parts) {
        const { rows } = await readRows(format.format, path, Trip, { range, batchRows: 64 })
        ids.push(...rows.map(({ id }) => id))
      }

      expect(ids).toEqual(trips(1000).map(({ id }) => id))
    }
  })

  // Of a text only reading would tell.
  if (format.hasGroups) {
    test('a file says what it holds before it is read', async () => {
      const path = await write(Trip, trips(250), { groupRows: 100 })

      const facts = await describeFile(format.format, path)

      expect(facts).toMatchObject({ path, rowCount: 250, compression: 'none' })
      expect(facts.groups?.map(({ rowCount }) => rowCount)).toEqual([100, 100, 50])
      expect(facts.columns).toEqual(compileRecordSchema(Trip, 'trips').fields)
    })
  }

  test('a file without rows is a valid file', async () => {
    const path = await write(Trip, [])
    const parts = await splitFile(format.format, path, { partRows: 10, partBytes: 10 })

    const read = await Promise.all(parts.map((range) => readRows(format.format, path, Trip, { range })))

    expect(read.flatMap(({ rows }) => rows)).toEqual([])
  })

  // A text may end anywhere.
  if (format.hasGroups) {
    test('a file that was cut short is refused with its name and what was expected', async () => {
      const path = await write(Trip, trips(1000))
      const { length } = await readFile(path)
      for (const kept of [length - 20, Math.floor(length / 2), 12, 3]) {
        await truncate(path, kept)

        await expect(readRows(format.format, path, Trip)).rejects.toMatchObject({
          code: 'SOURCE_FAILED',
          message: expect.stringMatching(/".*" cannot be read: .*expected/),
          details: { file: path },
        })
      }
    })
  }

  test('a file that is not there is named', async () => {
    const path = newPath()

    await expect(describeFile(format.format, path)).rejects.toMatchObject({
      code: 'SOURCE_FAILED',
      message: expect.stringContaining(path),
    })
  })
})
