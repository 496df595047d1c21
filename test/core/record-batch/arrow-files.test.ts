import {
  decodeFooter,
  decodeStream,
  describeMessage,
  describeStream,
  encodeBatchMessage,
  encodeEndOfStream,
  encodeFileFooter,
  encodeFileHead,
  encodeSchemaMessage,
  encodeStream,
  type RecordBatch,
} from '@redesmyn/core'
import { DateDay, Table, tableFromIPC, tableToIPC, TimestampMicrosecond, vectorFromArray } from 'apache-arrow'
import * as fc from 'fast-check'
import { expect, test } from 'vitest'
import { Bits, copyBits, fillBits } from '../../../packages/core/dist/record-batch/bits.js'
import { arbitrarySample, batchOf } from './arbitrary-batch.ts'

function joined(pieces: readonly Uint8Array[]): Uint8Array {
  return new Uint8Array(Buffer.concat(pieces))
}

/** The parts of a file: head and schema, each batch, and what follows. */
function fileOf(batches: readonly RecordBatch[]): Uint8Array {
  const { fields } = batches[0]
  const pieces = [encodeFileHead(), encodeSchemaMessage(fields)]
  const written = batches.map((batch) => {
    const message = encodeBatchMessage(batch)
    const offset = joined(pieces).length
    pieces.push(...message)
    const metadataLength = message[0].length
    return { offset, metadataLength, bodyLength: joined(message).length - metadataLength }
  })
  return joined([...pieces, encodeEndOfStream(), encodeFileFooter(fields, written)])
}

test('a file is read by apache-arrow, batch by batch', () => {
  const fields = [{ name: 'x', type: { kind: 'float', bits: 64 }, isNullable: false }] as const
  const batches = [[{ x: 1 }, { x: 2 }], [{ x: 3 }]].map((records) => batchOf({ fields, records }))

  const table = tableFromIPC(fileOf(batches))

  expect(table.batches.map(({ numRows }) => numRows)).toEqual([2, 1])
  expect(table.getChild('x')?.toJSON()).toEqual([1, 2, 3])
})

test('a footer says where the batches are, and their metadata how many rows they have', () => {
  const fields = [{ name: 'x', type: { kind: 'bool' }, isNullable: true }] as const
  const file = fileOf([batchOf({ fields, records: [{ x: true }, {}, { x: false }] })])
  const footerLength = new DataView(file.buffer).getInt32(file.length - 10, true)

  const { batches } = decodeFooter(file.subarray(file.length - 10 - footerLength, file.length - 10))

  const [{ offset, byteLength }] = batches
  const metadataLength = new DataView(file.buffer).getInt32(offset + 4, true)
  const facts = describeMessage(file.subarray(offset + 8, offset + 8 + metadataLength))
  expect(facts).toEqual({ kind: 'batch', rowCount: 3, bodyLength: byteLength - 8 - metadataLength })
})

test('any columns of a stream can be read without the others', () => {
  fc.assert(
    fc.property(arbitrarySample(), fc.nat(), ({ fields, records }, choice) => {
      const stream = joined(encodeStream(batchOf({ fields, records })))
      const wanted = fields.filter((_, index) => (choice >> index) % 2 === 1)

      const all = decodeStream(stream).batches[0].rows()
      const [some] = decodeStream(stream, { fields: wanted }).batches

      const names = new Set(wanted.map(({ name }) => name))
      const picked = all.map((row) => Object.fromEntries(Object.entries(row).filter(([name]) => names.has(name))))
      expect(some.rows().map((row) => ({ ...row }))).toEqual(picked)
    }),
    { numRuns: 200 },
  )
})

test('times finer than a millisecond are refused, or cut off where that is asked for', () => {
  const at = vectorFromArray([0, 0, 0], new TimestampMicrosecond())
  at.data[0].values.set([1500n, -1n, 2000n])
  const stream = tableToIPC(new Table({ at }), 'stream')

  expect(() => decodeStream(stream)).toThrow(/less than a millisecond in row 0/)
  expect(decodeStream(stream, { times: 'floor' }).batches[0].rows()).toEqual([{ at: 1 }, { at: -1 }, { at: 2 }])
})

test('dates are the first millisecond of their day', () => {
  const day = vectorFromArray([new Date('2026-03-01'), null, new Date('1969-12-31')], new DateDay())
  const stream = tableToIPC(new Table({ day }), 'stream')

  expect(describeStream(stream)).toEqual([{ name: 'day', type: { kind: 'timestamp' }, isNullable: true }])
  expect(decodeStream(stream).batches[0].rows()).toEqual([
    { day: Date.UTC(2026, 2, 1) },
    { day: null },
    { day: -86_400_000 },
  ])
})

test('bits are copied from anywhere to anywhere, and leave zeros behind them', () => {
  const bytes = fc.uint8Array({ minLength: 8, maxLength: 8 })
  fc.assert(
    fc.property(bytes, fc.nat(7), fc.nat(20), fc.nat(30), fc.nat(20), (source, bitOffset, from, length, at) => {
      const bits = new Bits(source, bitOffset)
      const target = new Uint8Array(8)
      fillBits(target, 0, at)

      copyBits(target, at, bits, [from, from + length])

      const copied = new Bits(target, 0)
      const wanted = (index: number): boolean => {
        if (index < at) return true
        return index < at + length && bits.get(from + index - at)
      }
      for (let index = 0; index < 64; index++) expect(copied.get(index)).toBe(wanted(index))
    }),
  )
})
