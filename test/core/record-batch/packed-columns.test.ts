import { BatchWriter, layoutBatch, measureBatch, packColumns, RecordBatch, unpackColumns } from '@redesmyn/core'
import * as fc from 'fast-check'
import { expect, test } from 'vitest'
import { arbitrarySample, batchOf, type Sample } from './arbitrary-batch.ts'

/** Bytes that were in the memory before; no sample holds eight of them in a row. */
const stale = 0xa5

function arbitraryCut(): fc.Arbitrary<{ sample: Sample; from: number; to: number }> {
  return arbitrarySample().chain((sample) =>
    fc
      .tuple(fc.nat(sample.records.length), fc.nat(sample.records.length))
      .map(([a, b]) => ({ sample, from: Math.min(a, b), to: Math.max(a, b) })),
  )
}

/** Memory of another process, which held other rows before. */
function unpacked({ fields }: Sample, batch: RecordBatch, pieces: readonly Uint8Array[]): RecordBatch {
  const { variable } = measureBatch(batch)
  const layout = layoutBatch(fields, { rows: batch.rowCount + 3, variable: variable.map((size) => size + 5) })
  const buffer = new SharedArrayBuffer(layout.byteLength)
  new Uint8Array(buffer).fill(stale)
  unpackColumns(layout, buffer, batch.rowCount, pieces)
  return new RecordBatch(layout, buffer, batch.rowCount)
}

test('packed columns are the same rows elsewhere, of any type, whole or as a slice, also of none', () => {
  fc.assert(
    fc.property(arbitraryCut(), ({ sample, from, to }) => {
      const batch = batchOf(sample).slice(from, to)
      const pieces = packColumns(batch).map((piece) => piece.slice())

      const received = unpacked(sample, batch, pieces)

      expect(received.rows()).toEqual(sample.records.slice(from, to))
      expect(packColumns(received).map((piece) => [...piece])).toEqual(pieces.map((piece) => [...piece]))
    }),
  )
})

test('rows can be appended behind unpacked ones', () => {
  fc.assert(
    fc.property(arbitrarySample(), (sample) => {
      const batch = batchOf(sample)
      const { rows, variable } = measureBatch(batch)
      const layout = layoutBatch(sample.fields, { rows: 2 * rows, variable: variable.map((size) => 2 * size) })
      const buffer = new ArrayBuffer(layout.byteLength)
      const writer = new BatchWriter(layout, buffer)

      expect(writer.appendRows(unpacked(sample, batch, packColumns(batch)), 0, rows)).toBe(true)
      expect(writer.appendRows(batch, 0, rows)).toBe(true)

      expect(writer.batch().rows()).toEqual([...sample.records, ...sample.records])
    }),
  )
})

test('nothing but what the rows use is packed', () => {
  const fields = [
    { name: 'n', type: { kind: 'float', bits: 64 }, isNullable: true },
    { name: 't', type: { kind: 'utf8' }, isNullable: false },
  ] as const
  const layout = layoutBatch(fields, { rows: 100, variable: [1000] })
  const buffer = new SharedArrayBuffer(layout.byteLength)
  new Uint8Array(buffer).fill(stale)
  const writer = new BatchWriter(layout, buffer)
  writer.append({ n: 1, t: 'ab' })
  writer.append({ n: 2, t: '' })

  const pieces = packColumns(writer.batch())

  expect(pieces.map(({ byteLength }) => byteLength)).toEqual([0, 16, 0, 12, 2])
  expect(pieces.flatMap((piece) => [...piece])).not.toContain(stale)
})

test('pieces of another number of rows are refused', () => {
  const sample: Sample = {
    fields: [{ name: 'n', type: { kind: 'float', bits: 64 }, isNullable: false }],
    records: [{ n: 1 }, { n: 2 }],
  }
  const batch = batchOf(sample)

  expect(() => unpackColumns(batch.layout, batch.buffer, 1, packColumns(batch))).toThrow('has 16 bytes, expected 8')
  expect(() => unpackColumns(batch.layout, batch.buffer, 2, [])).toThrow('fewer buffers than its columns')
})
