import { type ColumnType, compileJsonWriter, type Field } from '@redesmyn/core'
import * as fc from 'fast-check'
import { expect, test } from 'vitest'
import { arbitrarySample, batchOf } from './arbitrary-batch.ts'

const float64: ColumnType = { kind: 'float', bits: 64 }

function field(name: string, type: ColumnType, isNullable = false): Field {
  return { name, type, isNullable }
}

function predictions(fields: readonly Field[], records: readonly Record<string, unknown>[]): unknown[] {
  const writer = compileJsonWriter(fields).bind(batchOf({ fields, records }))
  return records.map((_, row) => JSON.parse(writer.prediction(row)))
}

test('every type of prediction keeps its JSON type', () => {
  const list: ColumnType = { kind: 'list', item: field('item', float64) }
  const values: readonly (readonly [ColumnType, unknown])[] = [
    [{ kind: 'int', bits: 32, isSigned: true, as: 'number' }, 7],
    [{ kind: 'utf8' }, 'setosa'],
    [{ kind: 'bool' }, true],
    [list, [1.5, 2]],
    [{ kind: 'timestamp' }, 1_700_000_000_000],
  ]

  for (const [type, value] of values) expect(predictions([field('y', type)], [{ y: value }])).toEqual([value])
})

test('an int64 is a number up to 2^53 and text beyond', () => {
  const int64: ColumnType = { kind: 'int', bits: 64, isSigned: true, as: 'bigint' }
  const records = [2n ** 53n - 1n, 2n ** 53n, -(2n ** 53n) - 1n].map((y) => ({ y }))

  expect(predictions([field('y', int64)], records)).toEqual([9007199254740991, '9007199254740992', '-9007199254740993'])
})

test('NaN and the infinities are null', () => {
  const records = [Number.NaN, Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY, -0, 1e21].map((y) => ({ y }))

  expect(predictions([field('y', float64)], records)).toEqual([null, null, null, 0, 1e21])
})

test('floats are written with the digits that JSON.stringify writes', () => {
  const decimal = fc.tuple(fc.integer({ min: -(2 ** 33), max: 2 ** 33 }), fc.integer({ min: 0, max: 6 }))
  const arbitraryFloat = fc.oneof(
    fc.double({ noNaN: true, noDefaultInfinity: true }),
    fc.float({ noNaN: true, noDefaultInfinity: true }),
    decimal.map(([digits, places]) => digits / 10 ** places),
    fc.constantFrom(0, -0, 0.001, 0.0001, 1e-7, 0.1 + 0.2, 2147483.647, 2147483.648, 1e21, 2 ** 31, Number.MIN_VALUE),
  )

  fc.assert(
    fc.property(arbitraryFloat, (y) => {
      const batch = batchOf({ fields: [field('y', float64)], records: [{ y }] })

      expect(compileJsonWriter(batch.fields).bind(batch).prediction(0)).toBe(JSON.stringify(y))
    }),
    { numRuns: 5000 },
  )
})

test('with several fields a prediction is an object', () => {
  const fields = [field('label', { kind: 'utf8' }), field('score', float64)]

  expect(predictions(fields, [{ label: 'a', score: 0.5 }])).toEqual([{ label: 'a', score: 0.5 }])
})

test('an object keeps its only field, a prediction is the bare value', () => {
  const fields = [field('y', float64)]
  const writer = compileJsonWriter(fields).bind(batchOf({ fields, records: [{ y: 7.5 }] }))

  expect(writer.object(0)).toBe('{"y":7.5}')
  expect(writer.prediction(0)).toBe('7.5')
})

test('the rows of any batch are written as JSON.stringify writes them, bytes as base64', () => {
  const asJson = (value: unknown): string =>
    JSON.stringify(value, (_, inner: unknown) => {
      if (inner instanceof Uint8Array) return Buffer.from(inner).toString('base64')
      if (typeof inner !== 'bigint') return inner
      return Number.isSafeInteger(Number(inner)) ? Number(inner) : inner.toString()
    })

  fc.assert(
    fc.property(arbitrarySample(), (sample) => {
      const writer = compileJsonWriter(sample.fields).bind(batchOf(sample))

      for (const [row, record] of sample.records.entries()) expect(writer.object(row)).toBe(asJson(record))
    }),
  )
})

test('names and texts that JSON must escape are escaped', () => {
  const fields = [field('sé"pal\\', { kind: 'utf8' })]
  const records = ['a"b', '\\', '\n\u0000\u001f', '\u2028', 'sépal'].map((text) => ({ 'sé"pal\\': text }))

  const writer = compileJsonWriter(fields).bind(batchOf({ fields, records }))

  expect(records.map((_, row) => writer.object(row))).toEqual(records.map((record) => JSON.stringify(record)))
})
