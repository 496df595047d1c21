import { BatchWriter, type ColumnType, type Field, layoutBatch, measureRecords, type RecordBatch } from '@redesmyn/core'
import * as fc from 'fast-check'

export interface Sample {
  readonly fields: readonly Field[]
  readonly records: readonly Record<string, unknown>[]
}

interface Column {
  readonly type: ColumnType
  readonly value: fc.Arbitrary<unknown>
}

const maxSafe = Number.MAX_SAFE_INTEGER

/** Fields of every type, nested up to three levels, and records that fit them. */
export function arbitrarySample(): fc.Arbitrary<Sample> {
  return fc
    .uniqueArray(arbitraryField(3), { minLength: 1, maxLength: 5, selector: ({ field }) => field.name })
    .chain((columns) =>
      fc
        .array(recordOf(columns), { maxLength: 20 })
        .map((records) => ({ fields: columns.map(({ field }) => field), records })),
    )
}

/** A batch that holds the records and has no room left. */
export function batchOf({ fields, records }: Sample, byteOffset = 0): RecordBatch {
  const layout = layoutBatch(fields, measureRecords(fields, records, 0, records.length), byteOffset)
  const buffer = new SharedArrayBuffer(layout.byteOffset + layout.byteLength)
  new Uint8Array(buffer).fill(0xa5)
  const writer = new BatchWriter(layout, buffer)
  for (const record of records) if (!writer.append(record)) throw new Error('a measured record does not fit')
  return writer.batch()
}

interface NamedColumn {
  readonly field: Field
  readonly value: fc.Arbitrary<unknown>
}

function arbitraryField(depth: number): fc.Arbitrary<NamedColumn> {
  const name = fc.oneof(
    fc.string({ minLength: 1, maxLength: 6, unit: 'grapheme' }),
    fc.constantFrom('__proto__', 'toString', 'a b', '"'),
  )
  return fc.tuple(name, arbitraryColumn(depth), fc.boolean()).map(([fieldName, column, isNullable]) => ({
    field: { name: fieldName, type: column.type, isNullable },
    value: isNullable ? fc.option(column.value, { nil: null }) : column.value,
  }))
}

function recordOf(columns: readonly NamedColumn[]): fc.Arbitrary<Record<string, unknown>> {
  return fc.tuple(...columns.map(({ value }) => value)).map((values) => {
    const entries = columns.map(({ field }, index) => [field.name, values[index]] as const)
    return Object.fromEntries(entries)
  })
}

function arbitraryColumn(depth: number): fc.Arbitrary<Column> {
  const leaves = fc.constantFrom<Column[]>(...leafColumns())
  if (depth === 0) return leaves
  const item = arbitraryField(depth - 1).map(({ field, value }) => ({ field: { ...field, name: 'item' }, value }))
  const list = item.map(
    ({ field, value }): Column => ({ type: { kind: 'list', item: field }, value: fc.array(value, { maxLength: 4 }) }),
  )
  const fixedList = fc.tuple(item, fc.integer({ min: 0, max: 3 })).map(
    ([{ field, value }, size]): Column => ({
      type: { kind: 'fixed-list', size, item: field },
      value: fc.array(value, { minLength: size, maxLength: size }),
    }),
  )
  const struct = fc
    .uniqueArray(arbitraryField(depth - 1), { minLength: 1, maxLength: 3, selector: ({ field }) => field.name })
    .map(
      (columns): Column => ({
        type: { kind: 'struct', fields: columns.map(({ field }) => field) },
        value: recordOf(columns),
      }),
    )
  return fc.oneof({ weight: 4, arbitrary: leaves }, list, fixedList, struct)
}

function leafColumns(): Column[] {
  return [
    { type: { kind: 'bool' }, value: fc.boolean() },
    { type: { kind: 'utf8' }, value: fc.string({ unit: 'binary', maxLength: 40 }) },
    { type: { kind: 'binary' }, value: fc.uint8Array({ maxLength: 40 }) },
    { type: { kind: 'float', bits: 64 }, value: fc.double() },
    { type: { kind: 'float', bits: 32 }, value: fc.float() },
    { type: { kind: 'timestamp' }, value: fc.integer({ min: -8.64e15, max: 8.64e15 }) },
    ...([8, 16, 32] as const).flatMap((bits): Column[] => [
      {
        type: { kind: 'int', bits, isSigned: true, as: 'number' },
        value: fc.integer({ min: -(2 ** (bits - 1)), max: 2 ** (bits - 1) - 1 }),
      },
      { type: { kind: 'int', bits, isSigned: false, as: 'number' }, value: fc.integer({ min: 0, max: 2 ** bits - 1 }) },
    ]),
    {
      type: { kind: 'int', bits: 64, isSigned: true, as: 'number' },
      value: fc.integer({ min: -maxSafe, max: maxSafe }),
    },
    {
      type: { kind: 'int', bits: 64, isSigned: true, as: 'bigint' },
      value: fc.bigInt({ min: -(2n ** 63n), max: 2n ** 63n - 1n }),
    },
    {
      type: { kind: 'int', bits: 64, isSigned: false, as: 'bigint' },
      value: fc.bigInt({ min: 0n, max: 2n ** 64n - 1n }),
    },
  ]
}
