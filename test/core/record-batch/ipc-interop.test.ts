import {
  assignFields,
  type ColumnType,
  column,
  compileRecordSchema,
  decodeStream,
  encodeStream,
  type Field,
} from '@redesmyn/core'
import {
  Dictionary,
  Float32,
  Binary,
  LargeBinary,
  LargeUtf8,
  makeVector,
  RecordBatchFileWriter,
  Table,
  tableFromArrays,
  tableFromIPC,
  tableToIPC,
  TimestampMicrosecond,
  Uint8,
  Utf8,
  vectorFromArray,
} from 'apache-arrow'
import * as fc from 'fast-check'
import pl from 'nodejs-polars'
import { Type } from 'typebox'
import { expect, test } from 'vitest'
import { arbitrarySample, batchOf } from './arbitrary-batch.ts'

function streamOf(fields: readonly Field[], records: readonly Record<string, unknown>[]): Buffer {
  return Buffer.concat(encodeStream(batchOf({ fields, records })))
}

function readAll(stream: Uint8Array): Record<string, unknown>[] {
  return decodeStream(stream).batches.flatMap((batch) => batch.rows())
}

test('R043 records are the same after Arrow and Polars, for every type', () => {
  const schema = Type.Object({
    number: Type.Number(),
    small: column.int8(),
    short: column.uint16(),
    single: column.float32(),
    integer: Type.Integer({ minimum: 0, maximum: 1000 }),
    long: column.int64(),
    unsigned: column.uint64(),
    time: column.timestamp(),
    text: Type.String(),
    bytes: column.bytes(),
    flag: Type.Boolean(),
    list: Type.Array(Type.Number()),
    texts: Type.Array(Type.String()),
    pair: Type.Array(Type.Number(), { minItems: 2, maxItems: 2 }),
    nested: Type.Object({ a: Type.Number(), b: Type.String() }),
    maybe: Type.Union([Type.Number(), Type.Null()]),
    maybeText: Type.Union([Type.String(), Type.Null()]),
    maybeBytes: Type.Union([column.bytes(), Type.Null()]),
  })
  const { fields } = compileRecordSchema(schema, 'stage "iris"')
  const first = {
    ...{
      number: 1.5,
      small: -128,
      short: 65_535,
      single: 0.5,
      integer: 7,
      long: 9007199254740993n,
      unsigned: 2n ** 64n - 1n,
    },
    ...{
      time: 1_700_000_000_123,
      text: 'sépal',
      bytes: Uint8Array.of(0, 255, 128),
      flag: true,
      list: [1, 2.5],
      texts: ['a', 'a text of many letters'],
    },
    ...{ pair: [1, 2], nested: { a: 1, b: 'x' }, maybe: null, maybeText: 'y', maybeBytes: new Uint8Array(70).fill(7) },
  }
  const second = {
    ...first,
    text: '',
    bytes: new Uint8Array(0),
    flag: false,
    list: [],
    texts: [],
    nested: { a: 2, b: '😀' },
    maybe: 3,
    maybeText: null,
    maybeBytes: null,
  }
  const records = [first, second]

  const frame = pl.readIPCStream(streamOf(fields, records))
  const [batch] = decodeStream(frame.writeIPCStream()).batches

  expect(assignFields(batch, fields).rows()).toEqual(records)
})

test('a stream of any types is read by apache-arrow, value by value', () => {
  fc.assert(
    fc.property(arbitrarySample(), ({ fields, records }) => {
      const table = tableFromIPC(streamOf(fields, records))

      expect(table.numRows).toBe(records.length)
      for (const [index, { name, type }] of fields.entries()) {
        if (!isLeaf(type)) continue
        const column = table.getChildAt(index)
        expect(records.map((_, row) => plain(column?.get(row)))).toEqual(records.map((record) => plain(record[name])))
      }
    }),
  )
})

function isLeaf({ kind }: ColumnType): boolean {
  return kind !== 'list' && kind !== 'fixed-list' && kind !== 'struct'
}

/** apache-arrow gives 64-bit integers as bigints. */
function plain(value: unknown): unknown {
  return typeof value === 'bigint'
    ? value.toString()
    : typeof value === 'number' && Number.isInteger(value)
      ? `${value}`
      : value
}

test('a stream that apache-arrow wrote is read, with texts in dictionaries', () => {
  const table = tableFromArrays({ x: Float64Array.of(1, 2, 3), text: ['a', 'b', 'a'] })

  expect(readAll(tableToIPC(table, 'stream'))).toEqual([
    { x: 1, text: 'a' },
    { x: 2, text: 'b' },
    { x: 3, text: 'a' },
  ])
})

test('dictionaries of numbers and small indexes, large texts, large bytes and nulls are read', () => {
  const one = Uint8Array.of(1)
  const two = Uint8Array.of(2, 0)
  const table = new Table({
    number: vectorFromArray([1.5, 2.5, 1.5, null], new Dictionary(new Float32(), new Uint8())),
    text: vectorFromArray(['a', 'b', null, 'a'], new Dictionary(new Utf8(), new Uint8())),
    large: vectorFromArray(['a', null, 'é', ''], new LargeUtf8()),
    time: vectorFromArray([1, null, 2, -3], new TimestampMicrosecond()),
    bytes: vectorFromArray([one, null, two, one], new LargeBinary()),
    repeated: vectorFromArray([one, null, two, one], new Dictionary(new Binary(), new Uint8())),
  })

  expect(readAll(tableToIPC(table, 'stream'))).toEqual([
    { number: 1.5, text: 'a', large: 'a', time: 1, bytes: one, repeated: one },
    { number: 2.5, text: 'b', large: null, time: null, bytes: null, repeated: null },
    { number: 1.5, text: null, large: 'é', time: 2, bytes: two, repeated: two },
    { number: null, text: 'a', large: '', time: -3, bytes: one, repeated: one },
  ])
})

test('several batches of one stream are read one by one', () => {
  const head = tableFromArrays({ x: Float64Array.of(1, 2) })
  const tail = tableFromArrays({ x: Float64Array.of(3) })

  const { batches } = decodeStream(tableToIPC(head.concat(tail), 'stream'))

  expect(batches.map((batch) => batch.rowCount)).toEqual([2, 1])
})

test('the file format is refused by name', () => {
  const file = RecordBatchFileWriter.writeAll(tableFromArrays({ x: Float64Array.of(1) })).toUint8Array(true)

  expect(() => decodeStream(file)).toThrow(/file format/)
})

test('a time that milliseconds cannot hold is refused, not rounded', () => {
  const table = new Table({ time: makeVector({ type: new TimestampMicrosecond(), data: BigInt64Array.of(1500n) }) })

  expect(() => decodeStream(tableToIPC(table, 'stream'))).toThrow(/less than a millisecond/)
})
