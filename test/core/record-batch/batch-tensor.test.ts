import { batchTensor, type ColumnType, columnNumbers, type Field } from '@redesmyn/core'
import * as fc from 'fast-check'
import { expect, test } from 'vitest'
import { batchOf } from './arbitrary-batch.ts'

const signed: ColumnType = { kind: 'int', bits: 64, isSigned: true, as: 'bigint' }
const unsigned: ColumnType = { kind: 'int', bits: 64, isSigned: false, as: 'bigint' }

function fieldOf(name: string, type: ColumnType, isNullable = false): Field {
  return { name, type, isNullable }
}

/** A batch with one more row before those that are looked at: columns then begin in the middle of their memory. */
function sliceOf(fields: readonly Field[], records: readonly Record<string, unknown>[]) {
  return batchOf({ fields, records: [...records.slice(0, 1), ...records] }).slice(1, records.length + 1)
}

test.each([
  ['int64', signed, fc.bigInt({ min: -(2n ** 63n), max: 2n ** 63n - 1n })],
  ['uint64', unsigned, fc.bigInt({ min: 0n, max: 2n ** 64n - 1n })],
])('%s comes as the doubles that are nearest', (_, type, value) => {
  fc.assert(
    fc.property(fc.array(value, { minLength: 1, maxLength: 40 }), (values) => {
      const batch = sliceOf(
        [fieldOf('x', type)],
        values.map((x) => ({ x })),
      )

      expect(columnNumbers(batch, 'x')).toEqual(Float64Array.from(values, Number))
      expect(batchTensor(batch, ['x']).data).toEqual(Float32Array.from(values, Number))
    }),
  )
})

test('timestamps are milliseconds, nulls are no numbers, and a list gives a number for each item', () => {
  const fields = [
    fieldOf('at', { kind: 'timestamp' }),
    fieldOf('n', { kind: 'int', bits: 8, isSigned: true, as: 'number' }, true),
    fieldOf('pair', { kind: 'fixed-list', size: 2, item: fieldOf('item', signed) }),
  ]
  const batch = sliceOf(fields, [
    { at: 1_700_000_000_123, n: 7, pair: [1n, -2n] },
    { at: -1, n: null, pair: [3n, 4n] },
  ])

  expect(columnNumbers(batch, 'at')).toEqual(new Float64Array([1_700_000_000_123, -1]))
  expect(columnNumbers(batch, 'n')).toEqual(new Float64Array([7, Number.NaN]))
  expect(columnNumbers(batch, 'pair')).toEqual(new Float64Array([1, -2, 3, 4]))
  expect(batchTensor(batch, ['n', 'pair'])).toEqual({
    data: new Float32Array([7, 1, -2, Number.NaN, 3, 4]),
    dims: [2, 3],
  })
})

test('a text is no number', () => {
  const batch = batchOf({ fields: [fieldOf('s', { kind: 'utf8' })], records: [{ s: '1' }] })

  expect(() => columnNumbers(batch, 's')).toThrow('column "s" holds utf8, expected numbers')
})
