import { BatchWriter, column, decodeStream, encodeStream, layoutBatch, PipelineError, stage } from '@redesmyn/core'
import * as fc from 'fast-check'
import { type TNumber, type TObject, Type } from 'typebox'
import { Compile } from 'typebox/compile'
import { expect, test } from 'vitest'
import { ArrowReader } from '../../../../packages/worker/dist/http/arrow-reader.js'
import { ArrowStreamMemory } from '../../../../packages/worker/dist/http/arrow-stream-memory.js'
import { KnownStream } from '../../../../packages/worker/dist/http/arrow-known-stream.js'
import { batchOf, type Sample } from '../../../core/record-batch/arbitrary-batch.ts'

const fuzzRuns = Number(process.env.CASCADE_FUZZ_RUNS ?? 1000)
const malformed = expect.objectContaining({ code: 'BODY_MALFORMED' })
const float32 = { kind: 'float', bits: 32 } as const
const item = { name: 'item', type: float32, isNullable: false }
const pair = { name: 'v', type: { kind: 'fixed-list', size: 2, item }, isNullable: false } as const
const id = { name: 'id', type: { kind: 'int', bits: 32, isSigned: true, as: 'number' }, isNullable: false } as const

const pairs = Type.Object({ v: Type.Array(column.float32(), { minItems: 2, maxItems: 2 }) })

function readerOf(input?: TObject): ArrowReader {
  const handler = () => []
  return new ArrowReader(input ? stage({ name: 'read', input, handler }) : stage({ name: 'read', handler }), Compile)
}

function streamOf(sample: Sample): Uint8Array {
  return new Uint8Array(Buffer.concat(encodeStream(batchOf(sample))))
}

function pairStream(...records: readonly (readonly [number, number])[]): Uint8Array {
  return streamOf({ fields: [pair], records: records.map((v) => ({ v })) })
}

/** The rows that a batch takes from a body. */
function rowsOf(reader: ArrowReader, bytes: Uint8Array): unknown[] {
  const { fields, rows } = reader.read(bytes)
  const layout = layoutBatch(fields, rows.measure(0, rows.rowCount))
  const writer = new BatchWriter(layout, new ArrayBuffer(layout.byteLength))
  expect(rows.writeTo(writer, 0, rows.rowCount)).toBe(true)
  return writer.batch().rows()
}

/** The rows, or the code of the error. */
function outcomeOf(reader: ArrowReader, bytes: Uint8Array): unknown {
  try {
    return rowsOf(reader, bytes)
  } catch (error) {
    if (error instanceof PipelineError) return error.code
    throw error
  }
}

test('streams of one form are read one after the other, each with its own values', () => {
  const reader = readerOf(pairs)

  for (const value of [1, 2, 3]) expect(rowsOf(reader, pairStream([value, -value]))).toEqual([{ v: [value, -value] }])
})

test('rows that wait keep their values while others of the same form are read', () => {
  const reader = readerOf(pairs)
  const layout = layoutBatch([pair], { rows: 3, variable: [] })
  const writer = new BatchWriter(layout, new ArrayBuffer(layout.byteLength))

  const waiting = [1, 2, 3].map((value) => reader.read(pairStream([value, value])).rows)
  for (const rows of waiting) rows.writeTo(writer, 0, 1)

  expect(writer.batch().rows()).toEqual([{ v: [1, 1] }, { v: [2, 2] }, { v: [3, 3] }])
})

test('a body that begins anywhere in its memory is read', () => {
  const reader = readerOf(pairs)
  const stream = pairStream([1, 2])

  for (const start of [0, 1, 4, 3]) {
    const memory = new Uint8Array(stream.length + start)
    memory.set(stream, start)
    expect(rowsOf(reader, memory.subarray(start))).toEqual([{ v: [1, 2] }])
  }
})

test('two schemas and several row counts take turns', () => {
  const reader = readerOf(pairs)
  const wider = (value: number) => streamOf({ fields: [id, pair], records: [{ id: 7, v: [value, 0] }] })

  for (const value of [1, 2, 3]) {
    expect(rowsOf(reader, pairStream([value, 0]))).toEqual([{ v: [value, 0] }])
    expect(rowsOf(reader, wider(value))).toEqual([{ v: [value, 0] }])
    expect(rowsOf(reader, pairStream([value, 0], [0, value]))).toEqual([{ v: [value, 0] }, { v: [0, value] }])
  }
})

test('a stage without a schema takes the columns of each stream, whichever came before', () => {
  const reader = readerOf()
  const number = { ...id, name: 'n', type: { kind: 'float', bits: 32 } } as const

  for (const value of [1, 2]) {
    expect(rowsOf(reader, streamOf({ fields: [id], records: [{ id: value }] }))).toEqual([{ id: value }])
    expect(rowsOf(reader, streamOf({ fields: [number], records: [{ n: value }] }))).toEqual([{ n: value }])
  }
})

test('C120 a damaged stream after a good one is what it would be alone', () => {
  const reader = readerOf(pairs)
  const stream = pairStream([1, 2])
  const change = fc.record({ place: fc.nat(stream.length - 1), byte: fc.nat(255) })

  fc.assert(
    fc.property(fc.array(change, { minLength: 1, maxLength: 3 }), (changes) => {
      const damaged = Uint8Array.from(stream)
      for (const { place, byte } of changes) damaged[place] = byte

      rowsOf(reader, stream)

      expect(outcomeOf(reader, damaged)).toEqual(outcomeOf(readerOf(pairs), damaged))
      expect(rowsOf(reader, stream)).toEqual([{ v: [1, 2] }])
    }),
    { numRuns: Math.ceil(fuzzRuns / 4) },
  )
})

test('C120 a known stream that is cut off, or has a message more, is not taken for the whole', () => {
  const reader = readerOf(pairs)
  const stream = pairStream([1, 2])
  rowsOf(reader, stream)

  expect(() => reader.read(stream.subarray(0, stream.length - 80))).toThrow(malformed)
  const twice = Buffer.concat([stream.subarray(0, -8), batchMessage(stream), stream.subarray(-8)])
  expect(rowsOf(reader, twice)).toEqual([{ v: [1, 2] }, { v: [1, 2] }])
})

test('C120 a text that is not UTF-8 is found in a column that nobody asked for, behind any number of good ones', () => {
  const reader = readerOf(pairs)
  const text = { name: 'text', type: { kind: 'utf8' }, isNullable: false } as const
  const stream = streamOf({ fields: [pair, text], records: [{ v: [1, 2], text: 'é' }] })
  const broken = Uint8Array.from(stream)
  broken[stream.lastIndexOf(0xc3)] = 0xff

  expect(rowsOf(reader, stream)).toEqual([{ v: [1, 2] }])
  expect(rowsOf(reader, stream)).toEqual([{ v: [1, 2] }])
  expect(() => reader.read(broken)).toThrow(malformed)
})

test('nulls that a column says it has are counted in every stream', () => {
  const reader = readerOf(Type.Object({ id: Type.Union([column.int32(), Type.Null()]) }))
  const fields = [{ ...id, isNullable: true }]
  const stream = streamOf({ fields, records: [{ id: 1 }, { id: null }] })
  const { batches } = decodeStream(stream)
  const validity = batches[0]?.layout.columns[0]?.validity?.byteOffset ?? 0
  const broken = Uint8Array.from(stream)
  broken[validity] = 0b11

  expect(rowsOf(reader, stream)).toEqual([{ id: 1 }, { id: null }])
  expect(() => reader.read(broken)).toThrow(malformed)
  expect(rowsOf(reader, stream)).toEqual([{ id: 1 }, { id: null }])
})

test('values are checked in every stream: their range, and that they are numbers', () => {
  const reader = readerOf(pairs)
  const invalid = expect.objectContaining({ code: 'RECORD_INVALID' })

  expect(rowsOf(reader, pairStream([1, 2]))).toHaveLength(1)
  for (const value of [Number.NaN, Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY]) {
    expect(() => reader.read(pairStream([1, value]))).toThrow(invalid)
  }
  expect(rowsOf(reader, pairStream([3, 4]))).toEqual([{ v: [3, 4] }])
})

test('bounds on one column, and any other rule, hold as they do for records', () => {
  const bounded = readerOf(Type.Object({ id: column.int32({ minimum: 1, maximum: 3 }) }))
  const even = readerOf(Type.Object({ id: column.int32({ multipleOf: 2 }) }))
  const idOf = (value: number) => streamOf({ fields: [id], records: [{ id: value }] })

  expect([0, 1, 3, 4].map((value) => outcomeOf(bounded, idOf(value)))).toEqual([
    'RECORD_INVALID',
    [{ id: 1 }],
    [{ id: 3 }],
    'RECORD_INVALID',
  ])
  expect([2, 3].map((value) => outcomeOf(even, idOf(value)))).toEqual([[{ id: 2 }], 'RECORD_INVALID'])
})

test("rules of the user's own hold beside bounds: of a value, of a list and its items, of a record", () => {
  const bounds = { minimum: 0, maximum: 9 }
  const even = Type.Refine(Type.Number(bounds), (value) => value % 2 === 0)
  const ascending = ([first, second]: number[]): boolean => first < second
  const list = (item: TNumber) => Type.Array(item, { minItems: 2, maxItems: 2 })
  const plain = Type.Number(bounds)
  const cases = [
    [Type.Object({ v: Type.Refine(list(plain), ascending) }), [2, 4], [4, 2]],
    [Type.Object({ v: list(even) }), [2, 4], [2, 3]],
    [Type.Refine(Type.Object({ v: list(plain) }), ({ v }) => ascending(v)), [2, 4], [4, 2]],
  ] as const

  const doubles = { ...item, type: { kind: 'float', bits: 64 } as const }
  const field = { ...pair, type: { ...pair.type, item: doubles } }
  const streamed = (v: readonly number[]) => streamOf({ fields: [field], records: [{ v }] })

  for (const [schema, good, bad] of cases) {
    const reader = readerOf(schema)
    expect([good, bad].map((v) => outcomeOf(reader, streamed(v)))).toEqual([[{ v: good }], 'RECORD_INVALID'])
  }
})

test('no more than 16 forms of small streams are remembered, the latest ones', () => {
  const memory = new ArrowStreamMemory()
  const streams = Array.from({ length: 40 }, (_, rows) =>
    pairStream(...Array.from({ length: rows + 1 }, (): [number, number] => [rows, rows])),
  )

  for (const stream of streams) {
    const { batches } = decodeStream(stream)
    const known = KnownStream.of(stream, batches, batches)
    if (known !== undefined) memory.add(known)
  }

  expect(memory.size).toBe(16)
  expect(streams.map((stream) => memory.find(stream) !== undefined)).toEqual(streams.map((_, index) => index >= 24))
  expect(memory.takes(new Uint8Array(16 * 1024 + 1))).toBe(false)
})

/** The one record batch message of a stream, with its body. */
function batchMessage(stream: Uint8Array): Uint8Array {
  const start = 8 + new DataView(stream.buffer, stream.byteOffset).getInt32(4, true)
  return stream.subarray(start, stream.length - 8)
}
