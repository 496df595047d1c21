import { assignFields, type ColumnType, type Field } from '@redesmyn/core'
import { expect, test } from 'vitest'
import { batchOf } from './arbitrary-batch.ts'

const float32: ColumnType = { kind: 'float', bits: 32 }
const float64: ColumnType = { kind: 'float', bits: 64 }
const utf8: ColumnType = { kind: 'utf8' }

function int(bits: 8 | 16 | 32 | 64, isSigned = true): ColumnType {
  return { kind: 'int', bits, isSigned, as: bits === 64 ? 'bigint' : 'number' }
}

function field(name: string, type: ColumnType): Field {
  return { name, type, isNullable: false }
}

function nullable(name: string, type: ColumnType): Field {
  return { name, type, isNullable: true }
}

function list(item: Field): ColumnType {
  return { kind: 'list', item }
}

test('columns of the same types become a view in the order of the schema, others are left out', () => {
  const fields = [field('a', float64), field('more', utf8), nullable('b', utf8)]
  const batch = batchOf({ fields, records: [{ a: 1, more: 'x', b: 'y' }] })

  const assigned = assignFields(batch, [field('b', utf8), field('a', float64)])

  expect(assigned.rows()).toEqual([{ b: 'y', a: 1 }])
  expect(assigned.buffer).toBe(batch.buffer)
})

test('numbers are widened where nothing is lost, inside lists and structs too', () => {
  const inner = (type: ColumnType): ColumnType => ({
    kind: 'struct',
    fields: [field('n', type), field('v', list(field('item', type)))],
  })
  const records = [{ a: 7, b: 1.5, c: { n: -3, v: [1, 2] } }]
  const batch = batchOf({ fields: [field('a', int(8)), field('b', float32), field('c', inner(int(16)))], records })

  const assigned = assignFields(batch, [field('a', int(64)), field('b', float64), field('c', inner(int(32)))])

  expect(assigned.rows()).toEqual([{ a: 7n, b: 1.5, c: { n: -3, v: [1, 2] } }])
})

test('the fields of a struct are matched by name', () => {
  const source: ColumnType = { kind: 'struct', fields: [field('a', float64), field('b', utf8), field('c', utf8)] }
  const target: ColumnType = { kind: 'struct', fields: [field('b', utf8), field('a', float64), nullable('d', float64)] }
  const batch = batchOf({ fields: [field('s', source)], records: [{ s: { a: 1, b: 'x', c: 'y' } }] })

  expect(assignFields(batch, [field('s', target)]).rows()).toEqual([{ s: { b: 'x', a: 1, d: null } }])
})

test('a column that is missing or cannot be widened is named', () => {
  const batch = batchOf({ fields: [field('a', float64), field('b', int(64, false))], records: [{ a: 1, b: 1n }] })

  expect(() => assignFields(batch, [field('a', float32), field('b', int(64)), field('c', utf8)])).toThrow(
    expect.objectContaining({
      code: 'SCHEMA_MISMATCH',
      message:
        'the columns do not match: "a" is float64 and must be float32, "b" is uint64 and must be int64, "c" is missing',
    }),
  )
})

test('a missing column is null where the schema allows it', () => {
  const batch = batchOf({ fields: [field('a', float64)], records: [{ a: 1 }] })

  expect(assignFields(batch, [field('a', float64), nullable('b', utf8)]).rows()).toEqual([{ a: 1, b: null }])
})

test('a column declared nullable is taken where it has no nulls', () => {
  const items = list(nullable('item', float64))
  const batch = batchOf({ fields: [nullable('a', items)], records: [{ a: [1, 2] }] })

  expect(assignFields(batch, [field('a', list(field('item', float64)))]).rows()).toEqual([{ a: [1, 2] }])
})

test('a null that the schema rules out is named by row and pointer', () => {
  const fields = [nullable('a', float64), field('v', list(nullable('item', float64)))]
  const records = [
    { a: 1, v: [1] },
    { a: null, v: [1, null] },
  ]

  expect(() =>
    assignFields(batchOf({ fields, records }), [field('a', float64), field('v', list(field('item', float64)))]),
  ).toThrow(
    expect.objectContaining({
      code: 'RECORD_INVALID',
      details: {
        issues: [
          expect.objectContaining({ row: 1, pointer: '/a' }),
          expect.objectContaining({ row: 1, pointer: '/v/1' }),
        ],
      },
    }),
  )
})
