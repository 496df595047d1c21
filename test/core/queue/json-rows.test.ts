import { BatchRows, BatchWriter, type Field, JsonRows, layoutBatch } from '@redesmyn/core'
import { expect, test } from 'vitest'

const fields: readonly Field[] = [{ name: 'text', type: { kind: 'utf8' }, isNullable: false }]
const records = ['ab', 'cde', 'f'].map((text) => ({ text }))

function openWriter(rows: number, bytes: number): BatchWriter {
  const layout = layoutBatch(fields, { rows, variable: [bytes] })
  return new BatchWriter(layout, new SharedArrayBuffer(layout.byteLength))
}

test('some records of a body go into a batch behind those of others', () => {
  const writer = openWriter(4, 16)
  writer.append({ text: 'first' })

  expect(new JsonRows(records, fields, 40).writeTo(writer, 1, 3)).toBe(true)

  expect(writer.batch().rows()).toEqual([{ text: 'first' }, { text: 'cde' }, { text: 'f' }])
})

test('records that do not all fit leave the batch as it was', () => {
  const writer = openWriter(4, 9)
  writer.append({ text: 'first' })

  expect(new JsonRows(records, fields, 40).writeTo(writer, 0, 3)).toBe(false)

  expect(writer.batch().rows()).toEqual([{ text: 'first' }])
})

test('what rows measure is the room they need, as records and as columns', () => {
  const rows = new JsonRows(records, fields, 40)
  const { rows: rowCount, variable } = rows.measure(0, 3)
  const writer = openWriter(rowCount, variable[0])

  expect(rows.writeTo(writer, 0, 3)).toBe(true)
  const columns = new BatchRows(writer.batch())

  expect(rows.measure(1, 3)).toEqual({ rows: 2, variable: [4] })
  expect(columns.measure(1, 3)).toEqual({ rows: 2, variable: [4] })
  expect(columns).toMatchObject({ rowCount: 3, byteLength: 128 })
})
