import { type ColumnType, decodeStream, encodeStream, type Field, PipelineError } from '@redesmyn/core'
import { Dictionary, Int32, Table, tableToIPC, Utf8, vectorFromArray } from 'apache-arrow'
import * as fc from 'fast-check'
import { expect, test } from 'vitest'
import { encodeEndOfStream, encodeMessage } from '../../../packages/core/dist/record-batch/ipc/encode/encode-message.js'
import { arbitrarySample, batchOf } from './arbitrary-batch.ts'

const fuzzRuns = Number(process.env.CASCADE_FUZZ_RUNS ?? 1000)

const float64: ColumnType = { kind: 'float', bits: 64 }
const utf8: ColumnType = { kind: 'utf8' }
const malformed = expect.objectContaining({ code: 'BODY_MALFORMED' })

function field(name: string, type: ColumnType): Field {
  return { name, type, isNullable: false }
}

function streamOf(fields: readonly Field[], records: readonly Record<string, unknown>[]): Uint8Array {
  return new Uint8Array(Buffer.concat(encodeStream(batchOf({ fields, records }))))
}

/** Eleven rows of one float64: 11 and 88 are found nowhere else in the stream. */
function elevenRows(): Uint8Array {
  return streamOf(
    [field('x', float64)],
    Array.from({ length: 11 }, (_, x) => ({ x })),
  )
}

/** The stream with every aligned long of one value replaced by another. */
function replaceLongs(stream: Uint8Array, from: bigint, to: bigint): Uint8Array {
  const view = new DataView(stream.buffer)
  for (let place = 0; place + 8 <= stream.length; place += 8) {
    if (view.getBigInt64(place, true) === from) view.setBigInt64(place, to, true)
  }
  return stream
}

/** The stream up to the end of its first message. */
function schemaOnly(stream: Uint8Array): Uint8Array {
  return stream.subarray(0, 8 + new DataView(stream.buffer).getInt32(4, true))
}

/** Everything that a reader of the batches can reach. */
function readAll(stream: Uint8Array): unknown[] {
  return decodeStream(stream).batches.flatMap((batch) => batch.rows())
}

test('C120 lengths beyond the buffers are refused before anything is allocated', () => {
  const usedBefore = process.memoryUsage().rss

  for (const length of [2n ** 31n, 2n ** 40n, 2n ** 62n, -1n, 12n]) {
    expect(() => readAll(replaceLongs(elevenRows(), 88n, length))).toThrow(malformed)
    expect(() => readAll(replaceLongs(elevenRows(), 11n, length))).toThrow(malformed)
  }

  expect(process.memoryUsage().rss - usedBefore).toBeLessThan(64 * 2 ** 20)
})

test('C120 rows that take no bytes are bounded all the same', () => {
  const records = Array.from({ length: 11 }, () => ({ s: {} }))
  const stream = streamOf([field('s', { kind: 'struct', fields: [] })], records)

  expect(() => readAll(replaceLongs(stream, 11n, 2n ** 31n))).toThrow(malformed)
})

test('C120 a thousand lists inside each other are refused', () => {
  let type: ColumnType = float64
  for (let depth = 0; depth < 1000; depth++) type = { kind: 'list', item: field('item', type) }

  expect(() => readAll(streamOf([field('deep', type)], []))).toThrow(/nested deeper/)
})

test('C120 a schema whose fields all point to each other cannot unfold', () => {
  const stream = encodeMessage({
    headerType: 1,
    bodyLength: 0,
    encodeHeader: (builder) => {
      const names = ['a', 'b'].map((name) => builder.createString(name))
      builder.startObject(0)
      const struct = builder.endObject()
      const encodeVector = (offsets: readonly number[]): number => {
        builder.startVector(4, offsets.length, 4)
        for (const offset of offsets) builder.addOffset(offset)
        return builder.endVector()
      }
      const encodePair = (children: number): number[] =>
        names.map((name) => {
          builder.startObject(7)
          builder.addFieldOffset(0, name, 0)
          builder.addFieldInt8(2, 13, 0)
          builder.addFieldOffset(3, struct, 0)
          builder.addFieldOffset(5, children, 0)
          return builder.endObject()
        })
      let fields = encodeVector([])
      for (let depth = 0; depth < 30; depth++) fields = encodeVector(encodePair(fields))
      builder.startObject(4)
      builder.addFieldOffset(1, fields, 0)
      return builder.endObject()
    },
  })

  expect(() => decodeStream(stream)).toThrow(/more than 10000 fields/)
})

test('C120 a small dictionary cannot stand for more memory than allowed', () => {
  const texts = new Array<string>(1000).fill('x'.repeat(2 ** 20))
  const bomb = tableToIPC(
    new Table({ text: vectorFromArray(texts, new Dictionary(new Utf8(), new Int32())) }),
    'stream',
  )

  expect(bomb.byteLength).toBeLessThan(2 ** 21)
  expect(() => decodeStream(bomb)).toThrow(expect.objectContaining({ code: 'BODY_TOO_LARGE' }))
})

test('C120 whatever happens to the bytes of a stream, it is read or refused as malformed', () => {
  const dictionary = tableToIPC(
    new Table({ text: vectorFromArray(['a', 'b', null], new Dictionary(new Utf8(), new Int32())) }),
    'stream',
  )
  const ours = arbitrarySample().map(({ fields, records }) => streamOf(fields, records))
  const change = fc.record({ place: fc.double({ min: 0, max: 1, noNaN: true, maxExcluded: true }), byte: fc.nat(255) })
  const changes = fc.array(change, { minLength: 1, maxLength: 5 })

  fc.assert(
    fc.property(fc.oneof(ours, fc.constant(dictionary)), changes, (stream, edits) => {
      const damaged = Uint8Array.from(stream)
      for (const { place, byte } of edits) damaged[Math.floor(place * damaged.length)] = byte
      try {
        readAll(damaged)
      } catch (error) {
        expect(error).toBeInstanceOf(PipelineError)
        expect(error).toMatchObject({ code: 'BODY_MALFORMED' })
        expect(error).not.toHaveProperty('cause')
      }
    }),
    { numRuns: fuzzRuns },
  )
})

test('a stream that is cut off inside a message is refused, wherever the cut is', () => {
  const stream = elevenRows()
  const end = encodeEndOfStream().length
  const schemaLength = schemaOnly(stream).length

  for (let length = 0; length < stream.length - end; length++) {
    if (length !== schemaLength) expect(() => readAll(stream.subarray(0, length))).toThrow(malformed)
  }
  expect(readAll(stream.subarray(0, schemaLength))).toEqual([])
  expect(readAll(stream.subarray(0, stream.length - end))).toHaveLength(11)
})

test('texts that are not UTF-8, or begin inside a character, are refused', () => {
  const stream = streamOf([field('text', utf8)], [{ text: 'aé' }, { text: 'b' }])
  const bytes = stream.lastIndexOf(0xc3)
  const broken = Uint8Array.from(stream)
  broken[bytes] = 0xff
  const split = Uint8Array.from(stream)
  // Offsets 0, 3, 4 lie 64 bytes before the texts; 2 is between the two bytes of the second character.
  new DataView(split.buffer).setInt32(bytes - 1 - 64 + 4, 2, true)

  expect(readAll(stream)).toEqual([{ text: 'aé' }, { text: 'b' }])
  expect(() => readAll(broken)).toThrow(/not UTF-8/)
  expect(() => readAll(split)).toThrow(/inside a character/)
})

test('compressed bodies are refused by name', () => {
  const schema = schemaOnly(elevenRows())
  const batch = encodeMessage({
    headerType: 3,
    bodyLength: 0,
    encodeHeader: (builder) => {
      builder.startObject(2)
      const compression = builder.endObject()
      builder.startObject(5)
      builder.addFieldOffset(3, compression, 0)
      return builder.endObject()
    },
  })

  expect(() => decodeStream(Buffer.concat([schema, batch]))).toThrow(/compressed/)
})
