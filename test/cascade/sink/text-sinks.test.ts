import { execFileSync } from 'node:child_process'
import { existsSync } from 'node:fs'
import { readFile as readText, symlink } from 'node:fs/promises'
import { join } from 'node:path'
import { gunzipSync } from 'node:zlib'
import { column, compileJsonWriter } from '@redesmyn/core'
import * as fc from 'fast-check'
import { Type } from 'typebox'
import { describe, expect, test } from 'vitest'
import { csvSink } from '../../../packages/cascade/dist/sink/csv/csv-sink.js'
import { ndjsonSink } from '../../../packages/cascade/dist/sink/ndjson/ndjson-sink.js'
import { csvSource } from '../../../packages/cascade/dist/source/csv/csv-source.js'
import { ndjsonSource } from '../../../packages/cascade/dist/source/ndjson/ndjson-source.js'
import { readFile, schemaOf, testFolder } from '../source/read-file.ts'
import { arbitrarySample, batchOf as sampleBatch } from '../../core/record-batch/arbitrary-batch.ts'
import { batchOf, writeFile } from './write-rows.ts'

const Row = Type.Object({
  id: Type.Integer(),
  small: column.int8(),
  name: Type.String(),
  score: Type.Number(),
  tip: Type.Union([column.float32(), Type.Null()]),
  isPaid: Type.Boolean(),
  at: column.timestamp(),
  raw: Type.Optional(column.bytes()),
  note: Type.Union([Type.String(), Type.Null()]),
  tags: Type.Array(Type.String()),
  place: Type.Object({ x: Type.Number(), n: column.uint64() }),
  pair: Type.Array(Type.Number(), { minItems: 2, maxItems: 2 }),
})
const rows = [
  {
    id: 2n ** 60n,
    small: -1,
    name: 'a,"b"\nc',
    score: 0.1,
    tip: null,
    isPaid: true,
    at: 1700000000123,
    raw: new Uint8Array([1, 2, 255]),
    note: '',
    tags: ['x', 'y,"z"'],
    place: { x: -0.5, n: 18446744073709551615n },
    pair: [1, 2],
  },
  {
    id: 7n,
    small: 127,
    name: '',
    score: Number.NaN,
    tip: 0.5,
    isPaid: false,
    at: -1,
    raw: null,
    note: null,
    tags: [],
    place: { x: 1e300, n: 1n },
    pair: [0, Number.POSITIVE_INFINITY],
  },
]

const formats = { ndjson: { sink: ndjsonSink, source: ndjsonSource }, csv: { sink: csvSink, source: csvSource } }

test('a line of NDJSON is the text in which a server answers the row', async () => {
  const batch = batchOf(Row, rows)
  const json = compileJsonWriter(batch.fields).bind(batch)

  const { bytes, rowCount } = await writeFile(ndjsonSink, Row, [batch])

  expect(rowCount).toBe(2)
  expect(bytes.toString()).toBe(`${json.object(0)}\n${json.object(1)}\n`)
})

test('any rows are the same texts in NDJSON and in the answers of a server', async () => {
  await fc.assert(
    fc.asyncProperty(arbitrarySample(), async (sample) => {
      const batch = sampleBatch(sample)
      const json = compileJsonWriter(batch.fields).bind(batch)
      const path = join(await testFolder(), 'x')
      const writer = await ndjsonSink.open(path, batch.fields, {})
      await writer.write(batch)
      await writer.finish()

      const text = await readText(path, 'utf8')

      expect(text).toBe(sample.records.map((_, row) => `${json.object(row)}\n`).join(''))
    }),
  )
})

test('integers are written with all their digits and no others', async () => {
  const values = [0, 9, 10, 99, 100, 123_456_789, 999_999_999_999_999, 1e15, 2 ** 53 - 1, -1, -10, -(2 ** 53) + 1]
  const Whole = Type.Object({ v: Type.Integer() })

  const { bytes } = await writeFile(csvSink, Whole, [
    batchOf(
      Whole,
      values.map((v) => ({ v })),
    ),
  ])

  expect(bytes.toString()).toBe(`v\n${values.join('\n')}\n`)
})

test('CSV has a header, quotes where RFC 4180 wants them, and a form for each type', async () => {
  const { bytes } = await writeFile(csvSink, Row, [batchOf(Row, rows)])

  expect(bytes.toString()).toBe(
    [
      'id,small,name,score,tip,isPaid,at,raw,note,tags,place,pair',
      '1152921504606846976,-1,"a,""b""\nc",0.1,,true,2023-11-14T22:13:20.123Z,AQL/,"","[""x"",""y,\\""z\\""""]","{""x"":-0.5,""n"":""18446744073709551615""}","[1,2]"',
      '7,127,"",,0.5,false,1969-12-31T23:59:59.999Z,,,[],"{""x"":1e+300,""n"":1}","[0,null]"',
      '',
    ].join('\n'),
  )
})

test('CSV is written with another delimiter, which then is quoted', async () => {
  const Pair = Type.Object({ 'a;b': Type.String(), c: Type.String() })

  const { bytes } = await writeFile(csvSink, Pair, [batchOf(Pair, [{ 'a;b': 'x,y', c: 'z;' }])], { delimiter: ';' })

  expect(bytes.toString()).toBe('"a;b";c\nx,y;"z;"\n')
  await expect(csvSink.open('/nowhere/x', [], { delimiter: '"' })).rejects.toMatchObject({ code: 'CONFIG_INVALID' })
})

for (const [name, { sink, source }] of Object.entries(formats)) {
  describe(name, () => {
    test('what is written is read again as it was', async () => {
      const nulls = <T>(value: fc.Arbitrary<T>) => fc.option(value, { nil: null, freq: 4 })
      const record = fc.record({
        id: fc.bigInt({ min: -(2n ** 63n), max: 2n ** 63n - 1n }),
        small: fc.integer({ min: -128, max: 127 }),
        name: fc.string({ unit: 'grapheme' }),
        score: fc.double({ noNaN: true, noDefaultInfinity: true }).map((value) => value + 0),
        tip: nulls(fc.float({ noNaN: true, noDefaultInfinity: true }).map((value) => value + 0)),
        isPaid: fc.boolean(),
        at: fc.integer({ min: -8.64e15, max: 8.64e15 }),
        raw: nulls(fc.uint8Array({ maxLength: 10 })),
        note: nulls(fc.string({ unit: fc.constantFrom('"', ',', '\n', '\r', 'é', ' ', '\0') })),
        tags: fc.array(fc.string()),
        place: fc.record({ x: fc.constantFrom(0, 1.5, -1e-9), n: fc.bigInt({ min: 0n, max: 2n ** 64n - 1n }) }),
        pair: fc.tuple(fc.integer(), fc.integer()),
      })
      await fc.assert(
        fc.asyncProperty(fc.array(record, { maxLength: 20 }), async (records) => {
          const { path } = await writeFile(sink, Row, [batchOf(Row, records)])

          const read = await readFile(source, path, Row, { partBytes: 500 })

          expect(read.bad).toEqual([])
          expect(read.rows).toEqual(records)
        }),
        { numRuns: 60 },
      )
    })

    for (const compression of ['gzip', 'zstd'] as const) {
      test(`C22 ${compression} is written, always the same bytes, and read again`, async () => {
        const records = Array.from({ length: 30_000 }, (_, index) => ({
          ...rows[0],
          id: BigInt(index),
          score: index / 7,
        }))
        const batches = [batchOf(Row, records.slice(0, 20_000)), batchOf(Row, records.slice(20_000))]

        const first = await writeFile(sink, Row, batches, { compression })
        const second = await writeFile(sink, Row, [batchOf(Row, records)], { compression })
        const plain = await writeFile(sink, Row, batches)
        const read = await readFile(source, first.path, Row, { partBytes: 1000 })

        expect(first.bytes.equals(second.bytes)).toBe(true)
        expect(first.bytes.byteLength).toBeLessThan(plain.bytes.byteLength / 5)
        expect(read.bad).toEqual([])
        expect(read.rows.map(({ id }) => id)).toEqual(records.map(({ id }) => id))
        const unpacked = compression === 'gzip' ? gunzipSync(first.bytes) : unzstd(first.path)
        expect(unpacked?.equals(plain.bytes) ?? true).toBe(true)
      })

      test(`without rows ${compression} is a file that can be read`, async () => {
        const { path } = await writeFile(sink, Row, [], { compression })

        const read = await readFile(source, path, Row)

        expect(read.rows).toEqual([])
      })
    }

    test('a compression that texts do not have is refused', async () => {
      const path = join(await testFolder(), 'x')

      expect(() => sink.extension({ compression: 'snappy' })).toThrow('texts are compressed by "gzip" or "zstd"')
      await expect(sink.open(path, schemaOf(Row).fields, { compression: 'snappy' })).rejects.toMatchObject({
        code: 'CONFIG_INVALID',
      })
    })

    test('a file that is given up is gone, and one that cannot be opened is told by name', async () => {
      for (const compression of ['none', 'gzip', 'zstd'] as const) {
        const path = join(await testFolder(), 'x')
        const writer = await sink.open(path, schemaOf(Row).fields, { compression })
        await writer.write(batchOf(Row, rows))

        await writer.abort()

        expect(existsSync(path)).toBe(false)
      }
      await expect(sink.open('/nowhere/x', schemaOf(Row).fields, {})).rejects.toMatchObject({
        code: 'SINK_FAILED',
        message: expect.stringContaining('"/nowhere/x"'),
      })
    })

    test('a disk without room fails the write or the end, by name', async ({ skip }) => {
      if (!existsSync('/dev/full')) skip('there is no /dev/full')
      for (const compression of ['none', 'gzip', 'zstd'] as const) {
        const path = join(await testFolder(), 'full')
        await symlink('/dev/full', path)
        const write = async () => {
          const writer = await sink.open(path, schemaOf(Row).fields, { compression })
          try {
            await writer.write(batchOf(Row, rows))
            await writer.finish()
          } catch (error) {
            await writer.abort()
            throw error
          }
        }

        await expect(write(), compression).rejects.toMatchObject({ code: 'SINK_FAILED', details: { file: path } })
      }
    })
  })
}

/** By zstd's own program, where there is one: what we write others read. */
function unzstd(path: string): Buffer | undefined {
  try {
    return execFileSync('zstd', ['-dqc', path], { maxBuffer: 2 ** 30 })
  } catch (error) {
    if (error instanceof Error && 'code' in error && error.code === 'ENOENT') return undefined
    throw error
  }
}
