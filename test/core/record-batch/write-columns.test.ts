import {
  BatchWriter,
  type ColumnType,
  type Field,
  handlerColumn,
  inferColumns,
  layoutBatch,
  measureColumns,
  outputColumns,
  writeColumns,
} from '@redesmyn/core'
import * as fc from 'fast-check'
import { expect, test } from 'vitest'
import { arbitrarySample, batchOf } from './arbitrary-batch.ts'

const float64: ColumnType = { kind: 'float', bits: 64 }
const int32: ColumnType = { kind: 'int', bits: 32, isSigned: true, as: 'number' }
const utf8: ColumnType = { kind: 'utf8' }

function field(name: string, type: ColumnType): Field {
  return { name, type, isNullable: false }
}

/** What a stage of these output fields would answer for a handler's return value. */
function rowsOf(fields: readonly Field[], output: unknown, rowCount: number): Record<string, unknown>[] {
  const columns = outputColumns(fields, output, 'exp')
  const layout = layoutBatch(fields, measureColumns(fields, columns, rowCount))
  const writer = new BatchWriter(layout, new ArrayBuffer(layout.byteLength))
  expect(writeColumns(writer, columns, rowCount, 'exp')).toBe(true)
  return writer.batch().rows()
}

test('R018 a handler may return columns, rows, a typed array or a plain array', () => {
  const fields = [field('y', float64)]
  const expected = [{ y: 1 }, { y: 2.5 }]

  for (const output of [
    { y: Float64Array.of(1, 2.5) },
    { y: Float32Array.of(1, 2.5) },
    { y: [1, 2.5] },
    [{ y: 1 }, { y: 2.5 }],
    Float64Array.of(1, 2.5),
    [1, 2.5],
    { length: 2, get: (row: number) => [1, 2.5][row] },
  ]) {
    expect(rowsOf(fields, output, 2)).toEqual(expected)
  }
})

test('R018 another number of rows than the batch has is refused, naming both', () => {
  for (const output of [Float64Array.of(1, 2, 3), [1, 2, 3], { y: [1, 2, 3] }, [{ y: 1 }, { y: 2 }, { y: 3 }]]) {
    expect(() => rowsOf([field('y', float64)], output, 4)).toThrow(
      expect.objectContaining({
        code: 'HANDLER_OUTPUT_MISMATCH',
        message: 'stage "exp" returned 3 rows for 4',
        details: { stage: 'exp', expected: 4, received: 3 },
      }),
    )
  }
})

test('R052 a wrong column is refused, naming what was expected and what came', () => {
  const fields = [field('y', float64), field('label', utf8)]
  const y = [1]
  const label = ['a']

  for (const [output, message] of [
    [{ y }, 'stage "exp" returned no column "label", expected utf8'],
    [{ y, label, z: [1] }, 'stage "exp" returned a column "z", expected only "y", "label"'],
    [{ y, label: 'a' }, 'stage "exp" returned string as column "label", expected a column of utf8'],
    [{ y: ['1'], label }, 'stage "exp" returned string in column "y", row 0, expected float64'],
    [{ y: [null], label }, 'stage "exp" returned null in column "y", row 0, expected float64'],
    [{ y: BigInt64Array.of(1n), label }, 'stage "exp" returned bigint 1 in column "y", row 0, expected float64'],
    [[{ y: 1 }], 'stage "exp" returned nothing in column "label", row 0, expected utf8'],
    [[1], 'stage "exp" returned bare values, expected columns or rows with 2 fields'],
    [undefined, 'stage "exp" returned undefined, expected columns or rows with 2 fields'],
  ] as const) {
    expect(() => rowsOf(fields, output, 1)).toThrow(
      expect.objectContaining({ code: 'OUTPUT_SCHEMA_MISMATCH', message }),
    )
  }
})

test('R052 an integer column takes whole numbers of its range only', () => {
  const fields = [field('n', int32)]

  expect(
    rowsOf(
      fields,
      [Float64Array.of(1)].map(([n]) => ({ n })),
      1,
    ),
  ).toEqual([{ n: 1 }])
  expect(rowsOf(fields, Float64Array.of(-7), 1)).toEqual([{ n: -7 }])
  for (const n of [1.5, 2 ** 31, Number.NaN]) {
    expect(() => rowsOf(fields, [n], 1)).toThrow(expect.objectContaining({ code: 'OUTPUT_SCHEMA_MISMATCH' }))
  }
})

test('a value deep inside a column is named by row and pointer', () => {
  const item = field('item', { kind: 'struct', fields: [field('a/b', float64)] })
  const fields = [field('y', { kind: 'list', item })]

  expect(() => rowsOf(fields, { y: [[{ 'a/b': 1 }, { 'a/b': 'x' }]] }, 1)).toThrow(
    'stage "exp" returned string in column "y", row 0 at /1/a~1b, expected float64',
  )
})

test('columns of any type come back as they were given, as columns and as rows', () => {
  fc.assert(
    fc.property(arbitrarySample(), (sample) => {
      const batch = batchOf(sample)
      const views = Object.fromEntries(batch.columns.map((column) => [column.field.name, handlerColumn(column)]))

      expect(rowsOf(sample.fields, views, batch.rowCount)).toEqual(sample.records)
      if (batch.rowCount > 0) expect(rowsOf(sample.fields, sample.records, batch.rowCount)).toEqual(sample.records)
    }),
  )
})

test('columns that do not fit the room are refused whole', () => {
  const layout = layoutBatch([field('text', utf8)], { rows: 2, variable: [3] })
  const writer = new BatchWriter(layout, new ArrayBuffer(layout.byteLength))

  expect(writeColumns(writer, { text: ['ab', 'cd'] }, 2, 'exp')).toBe(false)

  expect(writer.rowCount).toBe(0)
})

test('an output column that is written where it stays is left as it is', () => {
  const layout = layoutBatch([field('y', float64)], { rows: 2, variable: [] })
  const writer = new BatchWriter(layout, new ArrayBuffer(layout.byteLength))
  const y = new Float64Array(writer.batch().buffer, layout.byteOffset, 2)
  y.set([3, 4])

  expect(writeColumns(writer, { y }, 2, 'exp')).toBe(true)

  expect(writer.batch().rows()).toEqual([{ y: 3 }, { y: 4 }])
})

test('without an output schema columns tell their own types', () => {
  const columns = {
    ...{ a: Float32Array.of(1), b: [1], c: [1.5], d: ['x'], e: [null], f: [true] },
    ...{ g: [[1, 2]], h: BigInt64Array.of(1n), i: [Float32Array.of(1)] },
  }

  const types = Object.fromEntries(inferColumns(columns).map(({ name, type }) => [name, type]))

  expect(types).toMatchObject({
    a: { kind: 'float', bits: 32 },
    b: { kind: 'int', bits: 64, as: 'number' },
    c: { kind: 'float', bits: 64 },
    d: { kind: 'utf8' },
    e: { kind: 'utf8' },
    f: { kind: 'bool' },
    g: { kind: 'list', item: { type: { kind: 'int', bits: 64 } } },
    h: { kind: 'int', bits: 64, as: 'bigint' },
    i: { kind: 'list', item: { type: { kind: 'float', bits: 32 } } },
  })
  expect(() => inferColumns({ a: [1, 'x'] })).toThrow(expect.objectContaining({ code: 'OUTPUT_SCHEMA_MISMATCH' }))
})
