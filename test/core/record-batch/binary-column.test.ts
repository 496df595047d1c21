import {
  assignFields,
  BatchWriter,
  column,
  compileRecordSchema,
  compileJsonWriter,
  decodeStream,
  encodeStream,
  layoutBatch,
  measureRecords,
  type RecordBatch,
  stage,
} from '@redesmyn/core'
import { batchViews } from '@redesmyn/worker'
import * as fc from 'fast-check'
import { Type } from 'typebox'
import { expect, test } from 'vitest'
import { batchOf } from './arbitrary-batch.ts'

const { fields } = compileRecordSchema(Type.Object({ image: column.bytes() }), 'the test')
const sizes = [0, 1, 65_535, 65_536, 2 ** 20, 10 * 2 ** 20]

function pattern(length: number): Uint8Array {
  return Uint8Array.from({ length }, (_, index) => (index * 31 + (index >> 8)) & 255)
}

function isEqual(one: unknown, other: Uint8Array): boolean {
  return one instanceof Uint8Array && Buffer.compare(one, other) === 0
}

function rowsOf(batch: RecordBatch): unknown[] {
  return batch.rows().map(({ image }) => image)
}

test('M91 bytes of every size come back bit for bit: from a slab, an Arrow stream and JSON', () => {
  for (const size of sizes) {
    const image = pattern(size)
    const batch = batchOf({ fields, records: [{ image }] })
    const [decoded] = decodeStream(new Uint8Array(Buffer.concat(encodeStream(batch)))).batches
    const json: { image: string } = JSON.parse(compileJsonWriter(fields).bind(batch).object(0))
    const again = batchOf({ fields, records: [json] })

    expect(isEqual(rowsOf(batch)[0], image)).toBe(true)
    expect(isEqual(rowsOf(assignFields(decoded, fields))[0], image)).toBe(true)
    expect(json.image).toBe(Buffer.from(image).toString('base64'))
    expect(isEqual(rowsOf(again)[0], image)).toBe(true)
  }
})

test('a value is a view of the batch it is in, also in a slice', () => {
  const batch = batchOf({ fields, records: [{ image: pattern(3) }, { image: pattern(5) }] })

  const first = batch.column('image').get(0)
  const second = batch.slice(1, 2).column('image').get(0)

  expect(first).toMatchObject({ buffer: batch.buffer, byteLength: 3 })
  expect(second).toMatchObject({ buffer: batch.buffer, byteLength: 5 })
})

test('base64 is written as the bytes it stands for, in the room that was measured for them', () => {
  fc.assert(
    fc.property(fc.uint8Array({ maxLength: 100 }), (bytes) => {
      const records = [{ image: Buffer.from(bytes).toString('base64') }]
      const capacity = measureRecords(fields, records, 0, 1)
      const layout = layoutBatch(fields, capacity)
      const writer = new BatchWriter(layout, new ArrayBuffer(layout.byteLength))

      expect(capacity.variable).toEqual([bytes.byteLength])
      expect(writer.append(records[0])).toBe(true)
      expect(rowsOf(writer.batch())).toEqual([bytes])
    }),
  )
})

test('a value that does not fit is refused, and the rows before it stay', () => {
  const layout = layoutBatch(fields, { rows: 4, variable: [8] })
  const writer = new BatchWriter(layout, new ArrayBuffer(layout.byteLength))

  expect(writer.append({ image: pattern(6) })).toBe(true)
  expect(writer.append({ image: pattern(3) })).toBe(false)
  expect(writer.append({ image: 'AAAA' })).toBe(false)
  expect(writer.append({ image: pattern(2) })).toBe(true)
  expect(rowsOf(writer.batch())).toEqual([pattern(6), pattern(2)])
})

test('offsets of bytes that fall, or lead outside, are refused as malformed', () => {
  const stream = Buffer.concat(
    encodeStream(batchOf({ fields, records: [{ image: pattern(7) }, { image: pattern(2) }] })),
  )
  const offsets = Buffer.from(Int32Array.of(0, 7, 9).buffer)
  const place = stream.indexOf(offsets)
  const falling = Uint8Array.from(stream)
  falling.set(new Uint8Array(Int32Array.of(0, 7, 3).buffer), place)
  const outside = Uint8Array.from(stream)
  outside.set(new Uint8Array(Int32Array.of(0, 7, 90).buffer), place)

  expect(place).toBeGreaterThan(0)
  expect(() => decodeStream(falling)).toThrow(/offsets of column "image" fall/)
  expect(() => decodeStream(outside)).toThrow(/column "image" ends at 90/)
})

test('Arrow and Polars see bytes as bytes, and give them back', async () => {
  const One = Type.Object({ image: column.bytes(), maybe: Type.Union([column.bytes(), Type.Null()]) })
  const both = { input: One, output: One }
  const byArrow = stage({ name: 'by-arrow', ...both, handler: (batch) => batch.toArrow() })
  const byPolars = stage({ name: 'by-polars', ...both, handler: (batch) => batch.toPolars() })
  const records = [
    { image: Uint8Array.of(0, 255), maybe: null },
    { image: new Uint8Array(0), maybe: new Uint8Array(100).fill(3) },
  ]

  for (const served of [byArrow, byPolars]) {
    const answered = await served(records, { views: batchViews() })

    expect(answered.map(({ image, maybe }) => [Array.from(image), maybe && Array.from(maybe)])).toEqual(
      records.map(({ image, maybe }) => [Array.from(image), maybe && Array.from(maybe)]),
    )
  }
})

const Image = Type.Object({ image: column.bytes(), note: Type.Union([column.bytes(), Type.Null()]) })

const flip = stage({
  name: 'flip',
  input: Image,
  output: Image,
  handler: (batch) =>
    batch.rows().map(({ image, note }) => ({ image: image.toReversed(), note: note && Buffer.from(note) })),
})

test('a handler is given bytes and returns bytes, whatever kind of Uint8Array, and nulls', async () => {
  const answered = await flip([
    { image: Uint8Array.of(1, 2), note: null },
    { image: Buffer.from('abc'), note: Uint8Array.of(9) },
  ])

  expect(answered).toEqual([
    { image: Uint8Array.of(2, 1), note: null },
    { image: new Uint8Array(Buffer.from('cba')), note: Uint8Array.of(9) },
  ])
})

test('what a handler returns for bytes must be bytes', async () => {
  const text = stage({
    name: 'text',
    output: Type.Object({ y: column.bytes() }),
    handler: () => ({ y: JSON.parse('["AAAA"]') }),
  })

  await expect(text([{ x: 1 }])).rejects.toMatchObject({
    code: 'OUTPUT_SCHEMA_MISMATCH',
    message: /returned string.*expected binary/,
  })
})

test('without schemas bytes are columns of bytes, in and out', async () => {
  const echo = stage({ name: 'echo', handler: (batch) => ({ y: batch.rows().map(({ x }) => x) }) })

  expect(await echo([{ x: Uint8Array.of(1) }, { x: Uint8Array.of() }])).toEqual([
    { y: Uint8Array.of(1) },
    { y: Uint8Array.of() },
  ])
})
