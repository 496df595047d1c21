import { fingerprintFields, inferFields, narrowBigInts } from '@redesmyn/core'
import { expect, test } from 'vitest'

function columnsOf(...records: readonly unknown[]): string {
  return fingerprintFields(inferFields(records))
}

test('R046 columns of records without a schema are inferred: int, float, text, boolean, null and missing', () => {
  const records = [
    { i: 1, f: 1, s: 'a', b: true, n: null, m: 1 },
    { i: -2, f: 2.5, s: 'b', b: false, n: null, q: null },
  ]

  expect(columnsOf(...records)).toBe('i:int64,f:float64,s:utf8,b:bool,n?:utf8,m?:int64,q?:utf8')
})

test('inferred integers are numbers in rows, bigints stay bigints', () => {
  const [number, bigint] = inferFields([{ a: 1, b: 2n ** 60n }])

  expect(number?.type).toMatchObject({ bits: 64, as: 'number' })
  expect(bigint?.type).toMatchObject({ bits: 64, as: 'bigint' })
})

test('a number beyond 2^53 is a float', () => {
  expect(columnsOf({ x: 2 ** 60 }, { x: 1 })).toBe('x:float64')
})

test('a null before and after a value changes only whether the column is nullable', () => {
  expect(columnsOf({ x: null }, { x: 1 }, {})).toBe('x?:int64')
})

test.each([
  [[{ x: 1 }, { x: 'a' }], 1, '/x'],
  [[{ x: true }, { x: 1 }], 1, '/x'],
  [[{ ok: 1, 'a/b': [1] }], 0, '/a~1b'],
  [[{ x: {} }], 0, '/x'],
  [[{ x: 1 }, 5], 1, ''],
  [[{ x: 1 }, null], 1, ''],
])('%j is refused by row and pointer', (records, row, pointer) => {
  expect(() => inferFields(records)).toThrow(
    expect.objectContaining({
      code: 'RECORD_INVALID',
      details: { issues: [expect.objectContaining({ row, pointer, rule: 'type' })] },
    }),
  )
})

test('a key named __proto__ is a column like any other', () => {
  expect(columnsOf(JSON.parse('{"__proto__":1}'), {})).toBe('__proto__?:int64')
})

test('records with ever new keys are refused', () => {
  const records = Array.from({ length: 2000 }, (_, index) => ({ [`k${index}`]: 1 }))

  expect(() => inferFields(records)).toThrow(expect.objectContaining({ code: 'RECORD_INVALID' }))
})

test('bigints of an exact parse become numbers again outside 64-bit columns', () => {
  const fields = [
    { name: 'f', type: { kind: 'float', bits: 64 }, isNullable: false },
    { name: 'i', type: { kind: 'int', bits: 64, isSigned: true, as: 'bigint' }, isNullable: false },
    {
      name: 'l',
      type: { kind: 'list', item: { name: 'item', type: { kind: 'float', bits: 64 }, isNullable: false } },
      isNullable: false,
    },
  ] as const

  expect(narrowBigInts({ f: 10n ** 17n, i: 9_007_199_254_740_993n, l: [1n] }, fields)).toMatchObject({
    f: 1e17,
    i: 9_007_199_254_740_993n,
    l: [1],
  })
})
