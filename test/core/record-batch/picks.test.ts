import { BatchWriter, encodeStream, joinPicks, joinRanges, picksOf, type RecordBatch } from '@redesmyn/core'
import * as fc from 'fast-check'
import { expect, test } from 'vitest'
import { arbitrarySample, batchOf, type Sample } from './arbitrary-batch.ts'

interface Picked {
  readonly sample: Sample
  readonly batches: readonly RecordBatch[]
  /** By place: which batch, and which of its rows. */
  readonly places: readonly (readonly [source: number, row: number])[]
}

/** Rows of two batches with the same columns, one a slice that begins anywhere, in any order, any of them several times. */
function arbitraryPicks(): fc.Arbitrary<Picked> {
  return fc.tuple(arbitrarySample(), fc.nat(20)).chain(([sample, shift]) => {
    const from = Math.min(shift, sample.records.length)
    const batches = [batchOf(sample).slice(from, sample.records.length), batchOf(sample, 64)]
    const places = batches.flatMap(({ rowCount }, source) => {
      return Array.from({ length: rowCount }, (_, row) => [source, row] as const)
    })
    const picked = places.length === 0 ? fc.constant([]) : fc.array(fc.constantFrom(...places), { maxLength: 60 })
    return picked.map((own) => ({ sample, batches, places: own }))
  })
}

function picksFor(places: Picked['places']) {
  return {
    sources: Int32Array.from(places, ([source]) => source),
    rows: Int32Array.from(places, ([, row]) => row),
  }
}

function bytesOf(batch: RecordBatch): Uint8Array {
  return new Uint8Array(Buffer.concat(encodeStream(batch)))
}

test('rows by their numbers are the same bytes as rows copied one by one, whatever the types', () => {
  fc.assert(
    fc.property(arbitraryPicks(), ({ sample, batches, places }) => {
      const oneByOne = places.map(([source, row]) => ({ batch: batches[source], from: row, to: row + 1 }))

      const picked = joinPicks(sample.fields, batches, picksFor(places))

      expect(picked.rows()).toEqual(places.map(([source, row]) => batches[source].row(row)))
      expect(bytesOf(picked)).toEqual(bytesOf(joinRanges(sample.fields, oneByOne)))
      expect(picked.layout).toEqual(joinRanges(sample.fields, oneByOne).layout)
    }),
  )
})

test('rows by their numbers go behind those that are there, over what an earlier batch left', () => {
  fc.assert(
    fc.property(arbitraryPicks(), ({ sample, batches, places }) => {
      const [, whole] = batches
      const { layout } = joinRanges(sample.fields, [
        { batch: whole, from: 0, to: whole.rowCount },
        ...places.map(([source, row]) => ({ batch: batches[source], from: row, to: row + 1 })),
      ])
      const buffer = new SharedArrayBuffer(layout.byteLength)
      new Uint8Array(buffer).fill(0xa5)
      const writer = new BatchWriter(layout, buffer)

      writer.appendRows(whole, 0, whole.rowCount)
      expect(writer.appendPicks(batches, picksFor(places))).toBe(true)

      const records = [...sample.records, ...places.map(([source, row]) => batches[source].row(row))]
      expect(bytesOf(writer.batch())).toEqual(bytesOf(batchOf({ ...sample, records })))
    }),
  )
})

test('a row that is not wanted is what a null row of the same columns is', () => {
  fc.assert(
    fc.property(arbitrarySample(), fc.array(fc.boolean(), { maxLength: 20 }), (sample, wanted) => {
      const batch = batchOf(sample)
      const rows = wanted.map((isWanted, place) => (isWanted && place < batch.rowCount ? place : -1))
      const records = rows.map((row) => (row < 0 ? {} : sample.records[row]))

      const picked = joinPicks(sample.fields, [batch], picksOf(rows))

      expect(bytesOf(picked)).toEqual(bytesOf(batchOf({ fields: sample.fields, records })))
    }),
  )
})

test('rows that do not all fit leave the batch as it was', () => {
  fc.assert(
    fc.property(arbitrarySample(), (sample) => {
      const batch = batchOf(sample)
      const writer = new BatchWriter(batch.layout, new ArrayBuffer(batch.layout.byteOffset + batch.layout.byteLength))
      writer.appendRows(batch, 0, batch.rowCount)

      expect(writer.appendPicks([batch], picksOf([...Array(batch.rowCount + 1).keys()]))).toBe(false)

      expect(bytesOf(writer.batch())).toEqual(bytesOf(batch))
    }),
  )
})

test('lists of many items are copied list by list, with nulls between them', () => {
  const fields = [
    {
      name: 'wide',
      isNullable: true,
      type: {
        kind: 'fixed-list',
        size: 100,
        item: { name: 'item', isNullable: false, type: { kind: 'float', bits: 32 } },
      },
    },
    {
      name: 'long',
      isNullable: true,
      type: { kind: 'list', item: { name: 'item', isNullable: true, type: { kind: 'utf8' } } },
    },
  ] as const
  const records = Array.from({ length: 40 }, (_, row) => ({
    wide: row % 3 === 0 ? null : Array.from({ length: 100 }, (_item, index) => row + index),
    long:
      row % 5 === 0
        ? null
        : Array.from({ length: row * 3 }, (_item, index) => (index === 7 ? null : `${row}.${index}`)),
  }))
  const order = records.map((_, row) => (row * 17) % records.length)

  const picked = joinPicks(fields, [batchOf({ fields, records })], picksOf(order))

  expect(bytesOf(picked)).toEqual(bytesOf(batchOf({ fields, records: order.map((row) => records[row]) })))
})
