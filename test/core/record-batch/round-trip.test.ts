import {
  assignFields,
  BatchRows,
  BatchWriter,
  type Capacity,
  decodeStream,
  encodeBatches,
  encodeStream,
  JsonRows,
  layoutBatch,
} from '@redesmyn/core'
import * as fc from 'fast-check'
import { expect, test } from 'vitest'
import { arbitrarySample, batchOf, type Sample } from './arbitrary-batch.ts'

function concat(pieces: readonly Uint8Array[]): Uint8Array {
  return new Uint8Array(Buffer.concat(pieces))
}

function add(a: Capacity, b: Capacity): number[] {
  return a.variable.map((size, node) => size + b.variable[node])
}

function arbitraryCut(): fc.Arbitrary<{ sample: Sample; from: number; to: number }> {
  return arbitrarySample().chain((sample) =>
    fc
      .tuple(fc.nat(sample.records.length), fc.nat(sample.records.length))
      .map(([a, b]) => ({ sample, from: Math.min(a, b), to: Math.max(a, b) })),
  )
}

test('records come back as they went in, whatever the types', () => {
  fc.assert(
    fc.property(arbitrarySample(), (sample) => {
      expect(batchOf(sample).rows()).toEqual(sample.records)
    }),
  )
})

test('a slice at any offset is a view of its rows, also when it is sliced again', () => {
  fc.assert(
    fc.property(arbitraryCut(), ({ sample, from, to }) => {
      const batch = batchOf(sample)
      const slice = batch.slice(from, to)

      expect(slice.rows()).toEqual(sample.records.slice(from, to))
      expect(slice.buffer).toBe(batch.buffer)
      if (from < to) expect(slice.slice(1, to - from).rows()).toEqual(sample.records.slice(from + 1, to))
    }),
  )
})

test('rows copied from one batch to another are the same rows', () => {
  fc.assert(
    fc.property(arbitraryCut(), ({ sample, from, to }) => {
      const source = new BatchRows(batchOf(sample))
      const head = new JsonRows(sample.records, sample.fields, 0)
      const room = {
        rows: head.rowCount + to - from,
        variable: add(head.measure(0, head.rowCount), source.measure(from, to)),
      }
      const layout = layoutBatch(sample.fields, room)
      const writer = new BatchWriter(layout, new ArrayBuffer(layout.byteLength))

      expect(head.writeTo(writer, 0, head.rowCount)).toBe(true)
      expect(source.writeTo(writer, from, to)).toBe(true)

      expect(writer.batch().rows()).toEqual([...sample.records, ...sample.records.slice(from, to)])
    }),
  )
})

test('equal rows are equal bytes: in a clean slab, in a reused one, as a slice, and after an IPC stream', () => {
  fc.assert(
    fc.property(arbitraryCut(), ({ sample, from, to }) => {
      const records = sample.records.slice(from, to)
      const expected = concat(encodeStream(batchOf({ ...sample, records })))

      const slice = concat(encodeStream(batchOf(sample).slice(from, to)))
      const writer = new BatchWriter(batchOf(sample).layout, batchOf(sample).buffer)
      for (const record of records) writer.append(record)
      const reused = concat(encodeStream(writer.batch()))
      const decoded = concat(encodeBatches(sample.fields, decodeStream(expected).batches))

      expect(slice).toEqual(expected)
      expect(reused).toEqual(expected)
      expect(decoded).toEqual(expected)
    }),
  )
})

test('an IPC stream gives the batches back as views, wherever its bytes begin', () => {
  fc.assert(
    fc.property(arbitrarySample(), fc.nat(9), (sample, shift) => {
      const stream = concat(encodeBatches(sample.fields, [batchOf(sample), batchOf(sample, 64)]))
      const shifted = new Uint8Array(stream.length + shift).subarray(shift)
      shifted.set(stream)

      const { batches } = decodeStream(shifted)

      const assigned = batches.map((batch) => assignFields(batch, sample.fields).rows())
      expect(assigned).toEqual([sample.records, sample.records])
      if (shift % 8 === 0) for (const batch of batches) expect(batch.buffer).toBe(shifted.buffer)
    }),
  )
})
