import { BatchWriter, type ColumnType, type Field, handlerColumn, layoutBatch, measureRecords } from '@redesmyn/core'
import * as fc from 'fast-check'
import { afterEach, expect, test, vi } from 'vitest'
import { arbitrarySample } from './arbitrary-batch.ts'

const float64: ColumnType = { kind: 'float', bits: 64 }
const utf8: ColumnType = { kind: 'utf8' }
const int64: ColumnType = { kind: 'int', bits: 64, isSigned: true, as: 'bigint' }

function field(name: string, type: ColumnType): Field {
  return { name, type, isNullable: false }
}

function nullable(name: string, type: ColumnType): Field {
  return { name, type, isNullable: true }
}

/** A writer over memory that an earlier batch has left dirty. */
function openWriter(fields: readonly Field[], rows: number, variable: readonly number[] = []): BatchWriter {
  const layout = layoutBatch(fields, { rows, variable })
  const buffer = new SharedArrayBuffer(layout.byteLength)
  new Uint8Array(buffer).fill(0xff)
  return new BatchWriter(layout, buffer)
}

/** So many rows that the writes are compiled before the last ones. */
const manyRows = 600

afterEach(() => {
  vi.unstubAllGlobals()
})

test('an int64 keeps every digit, whether it comes as a number, a bigint or text', () => {
  const writer = openWriter([field('n', int64)], 4)

  for (const n of [9007199254740993n, '9007199254740993', -1, '-9223372036854775808']) writer.append({ n })

  const { columns } = writer.batch()
  expect(columns[0]).toMatchObject({
    values: BigInt64Array.of(9007199254740993n, 9007199254740993n, -1n, -(2n ** 63n)),
  })
})

test('numbers land in 64-bit columns without a bigint, exact to the edge of what a number holds', () => {
  const asNumber: ColumnType = { kind: 'int', bits: 64, isSigned: true, as: 'number' }
  const values = [0, 1, -1, 2 ** 31, -(2 ** 31), 2 ** 32, -(2 ** 32), 2 ** 53 - 1, -(2 ** 53 - 1)]
  const writer = openWriter([field('n', asNumber)], values.length)

  for (const n of values) writer.append({ n })

  expect(writer.batch().rows()).toEqual(values.map((n) => ({ n })))
})

test('a row that does not fit is refused and leaves nothing behind', () => {
  const fields = [nullable('flag', { kind: 'bool' }), field('text', utf8)]
  const writer = openWriter(fields, 8, [4])
  writer.append({ flag: true, text: 'ab' })
  const usedBytes = writer.byteLength

  expect(writer.append({ flag: true, text: 'abc' })).toBe(false)

  expect(writer.rowCount).toBe(1)
  expect(writer.byteLength).toBe(usedBytes)
  expect(writer.append({ flag: null, text: 'cd' })).toBe(true)
  expect(writer.batch().rows()).toEqual([
    { flag: true, text: 'ab' },
    { flag: null, text: 'cd' },
  ])
})

test('a full batch refuses another row', () => {
  const writer = openWriter([field('x', float64)], 1)

  expect(writer.append({ x: 1 })).toBe(true)
  expect(writer.append({ x: 2 })).toBe(false)
})

test('rows of another batch are taken all or none', () => {
  const source = openWriter([field('text', utf8)], 3, [9])
  for (const text of ['abc', 'def', 'ghi']) source.append({ text })
  const writer = openWriter([field('text', utf8)], 3, [8])

  expect(writer.appendRows(source.batch(), 0, 3)).toBe(false)
  expect(writer.rowCount).toBe(0)
  expect(writer.appendRows(source.batch(), 1, 3)).toBe(true)
  expect(writer.batch().rows()).toEqual([{ text: 'def' }, { text: 'ghi' }])
})

test('going back to fewer rows frees their room', () => {
  const writer = openWriter([field('text', utf8)], 2, [4])
  writer.append({ text: 'ab' })
  writer.append({ text: 'cd' })

  writer.truncate(1)

  expect(writer.append({ text: 'xy' })).toBe(true)
  expect(writer.batch().rows()).toEqual([{ text: 'ab' }, { text: 'xy' }])
})

test('a null is a zero in the memory, and so is a key that a nullable column lacks', () => {
  const writer = openWriter([nullable('x', float64), nullable('n', int64)], 2)

  writer.append({ x: null, n: null })
  writer.append({})

  const values = writer.batch().columns.map((column) => ('values' in column ? Array.from<unknown>(column.values) : []))
  expect(values).toEqual([
    [0, 0],
    [0n, 0n],
  ])
  expect(writer.batch().rows()).toEqual([
    { x: null, n: null },
    { x: null, n: null },
  ])
})

test('the typed array of a nullable column tells its nulls from zeros', () => {
  const writer = openWriter([nullable('x', float64)], 2)
  writer.append({ x: 0 })
  writer.append({ x: null })

  const column = handlerColumn(writer.batch().column('x'))

  expect([0, 1].map((row) => 'isNull' in column && column.isNull(row))).toEqual([false, true])
})

test('a lone surrogate becomes U+FFFD', () => {
  const writer = openWriter([field('text', utf8)], 2, [64])

  writer.append({ text: 'a\ud800' })
  writer.append({ text: '😀\udc00b' })

  expect(writer.batch().rows()).toEqual([{ text: 'a\ufffd' }, { text: '😀\ufffdb' }])
})

test('texts of every length and alphabet come back, up to the last byte of the room', () => {
  const texts = ['', 'a', 'é', '漢字', '😀'.repeat(20), 'x'.repeat(24), 'x'.repeat(25), `${'x'.repeat(23)}é`]
  const bytes = texts.reduce((sum, text) => sum + Buffer.byteLength(text), 0)
  const writer = openWriter([field('text', utf8)], texts.length + 1, [bytes])

  expect(texts.every((text) => writer.append({ text }))).toBe(true)

  expect(writer.append({ text: 'x' })).toBe(false)
  expect(writer.batch().rows()).toEqual(texts.map((text) => ({ text })))
})

test('what every object inherits is not a value', () => {
  const fields = ['toString', 'constructor', '__proto__'].map((name) => nullable(name, utf8))
  const writer = openWriter(fields, 2, [64, 64, 64])

  writer.append({})
  writer.append(JSON.parse('{"toString":"a","constructor":"b","__proto__":"c"}'))

  const [absent, present] = writer.batch().rows()
  expect(Object.entries(absent)).toEqual(fields.map(({ name }) => [name, null]))
  expect(Object.entries(present)).toEqual([
    ['toString', 'a'],
    ['constructor', 'b'],
    ['__proto__', 'c'],
  ])
})

test('records of any columns are written the same from the first row to the last of many', () => {
  fc.assert(
    fc.property(arbitrarySample(), ({ fields, records }) => {
      fc.pre(records.length > 0)
      const { variable } = measureRecords(fields, records, 0, records.length)
      const writer = openWriter(fields, records.length, variable)
      expect(writer.appendRecords(records, 0, records.length)).toBe(true)
      const first = writer.batch().rows()

      for (let rows = 0; rows < manyRows; rows += records.length) {
        writer.reset()
        writer.appendRecords(records, 0, records.length)
      }

      expect(writer.batch().rows()).toEqual(first)
    }),
    { numRuns: 50 },
  )
})

test('what every object inherits is not a value in many rows either, and what is no record has no fields', () => {
  const fields = ['toString', '__proto__', 'a"b'].map((name) => nullable(name, float64))
  const record: unknown = JSON.parse('{"toString":1,"__proto__":2,"a\\"b":3}')
  const records = Array.from({ length: manyRows }, (_, row) => [record, {}, null, 'text'][row % 4])
  const writer = openWriter(fields, 2 * manyRows)

  expect(writer.appendRecords(records, 0, manyRows)).toBe(true)
  expect(writer.appendRecords(records, 0, manyRows)).toBe(true)

  const rows = writer.batch().rows()
  const absent = JSON.stringify(JSON.parse('{"toString":null,"__proto__":null,"a\\"b":null}'))
  const expected = records.map((value) => (value === record ? JSON.stringify(record) : absent))
  expect(rows.map((row) => JSON.stringify(row))).toEqual([...expected, ...expected])
})

test('where code may not be made from text, many records are written all the same', () => {
  const refuse = vi.fn(function refuseCode(): never {
    throw new EvalError('code generation from strings is not allowed')
  })
  vi.stubGlobal('Function', refuse)
  const records = Array.from({ length: manyRows }, (_, x) => ({ x }))
  const writer = openWriter([field('x', float64)], 2 * manyRows)

  expect(writer.appendRecords(records, 0, manyRows)).toBe(true)
  expect(writer.appendRecords(records, 0, manyRows)).toBe(true)

  expect(refuse).toHaveBeenCalledOnce()
  expect(writer.batch().rows()).toEqual([...records, ...records])
})

test('of many records that do not all fit none is taken', () => {
  const records = Array.from({ length: manyRows }, () => ({ flag: true, text: 'ab' }))
  const writer = openWriter([nullable('flag', { kind: 'bool' }), field('text', utf8)], 2 * manyRows, [2 * manyRows + 2])
  writer.append({ flag: null, text: 'cd' })

  expect(writer.appendRecords(records, 0, manyRows)).toBe(true)
  const usedBytes = writer.byteLength
  expect(writer.appendRecords(records, 0, manyRows)).toBe(false)

  expect(writer.rowCount).toBe(manyRows + 1)
  expect(writer.byteLength).toBe(usedBytes)
})
