import { writeFile } from 'node:fs/promises'
import { column, encodeBatchMessage, encodeEndOfStream, encodeSchemaMessage } from '@redesmyn/core'
import { Dictionary, Int32, RecordBatchStreamWriter, Table, Utf8, vectorFromArray } from 'apache-arrow'
import { Type } from 'typebox'
import { expect, test } from 'vitest'
import { batchOf, readRows, splitFile } from '../../formats/format-under-test.ts'
import { fileOf, schemaOf } from '../read-file.ts'

const Row = Type.Object({ id: column.int32(), text: Type.String() })
const { fields } = schemaOf(Row)
/** What a pipe is planned as: a file may be read in the same way. */
const range = {
  kind: 'bytes',
  start: 0,
  end: Number.MAX_SAFE_INTEGER,
  firstRow: undefined,
  rowCount: undefined,
} as const

function rowsFrom(first: number, count: number, length = 3) {
  return Array.from({ length: count }, (_, row) => ({ id: first + row, text: 'x'.repeat(length) }))
}

function messageOf(rows: ReturnType<typeof rowsFrom>): Buffer {
  return Buffer.concat(encodeBatchMessage(batchOf(fields, rows)))
}

test('C17 a stream that is cut anywhere but between messages is refused, and never is anything else thrown', async () => {
  const messages = [Buffer.from(encodeSchemaMessage(fields)), messageOf(rowsFrom(0, 3)), messageOf(rowsFrom(3, 2))]
  const ends = messages.map((_, index) => Buffer.concat(messages.slice(0, index + 1)).byteLength)
  const stream = Buffer.concat(messages)
  const path = await fileOf(stream, 'cut.arrows')
  for (let end = 0; end <= stream.byteLength; end += 2) {
    await writeFile(path, stream.subarray(0, end))

    const outcome = await readRows('arrow', path, Row, { range }).catch((error: unknown) => error)

    if (ends.includes(end)) expect(outcome).toMatchObject({ bad: [] })
    else expect(outcome).toMatchObject({ code: 'SOURCE_FAILED', message: expect.stringContaining('expected') })
  }
})

test('C17 bytes that changed on the way are an error that names the input, or other values, never a crash', async () => {
  const stream = Buffer.concat([encodeSchemaMessage(fields), messageOf(rowsFrom(0, 9)), encodeEndOfStream()])
  const path = await fileOf(stream, 'damaged.arrows')
  for (let place = 0; place < stream.byteLength; place += 3) {
    const damaged = Uint8Array.from(stream)
    damaged[place] ^= 0x5a
    await writeFile(path, damaged)

    const outcome = await readRows('arrow', path, Row, { range }).catch((error: unknown) => error)

    if (outcome instanceof Error) {
      expect(outcome).toMatchObject({ code: expect.stringMatching(/SOURCE_FAILED|SCHEMA_MISMATCH/) })
      expect(outcome.message).toContain(path)
    }
  }
})

test('C17 batches of one row are joined, and none is larger or smaller for it', async () => {
  const rows = rowsFrom(0, 3000)
  const messages = rows.map((row) => messageOf([row]))
  const path = await fileOf(Buffer.concat([encodeSchemaMessage(fields), ...messages]), 'single.arrows')

  const { rows: read, blocks } = await readRows('arrow', path, Row, { range, batchRows: 1300 })

  expect(read).toEqual(rows)
  expect(blocks.map(({ rowCount }) => rowCount)).toEqual([1300, 1300, 400])
})

test('C17 a dictionary that is replaced between batches stands for its own batch only', async () => {
  const batches = [
    ['a', 'b', 'a'],
    ['c', 'a', 'c'],
  ].map((texts) => {
    const text = vectorFromArray(texts, new Dictionary(new Utf8(), new Int32(), 7))
    return new Table({ id: vectorFromArray([1, 2, 3], new Int32()), text }).batches[0]
  })
  const writer = new RecordBatchStreamWriter({ autoDestroy: false })
  for (const batch of batches) writer.write(batch)
  writer.finish()
  const path = await fileOf(writer.toUint8Array(true), 'dictionaries.arrows')
  const [whole] = await splitFile('arrow', path, { partRows: 1e9, partBytes: 1e9 })

  const streamed = await readRows('arrow', path, Row, { range })
  const indexed = await readRows('arrow', path, Row, { range: whole })

  expect(streamed.rows.map(({ text }) => text)).toEqual(['a', 'b', 'a', 'c', 'a', 'c'])
  expect(indexed.rows).toEqual(streamed.rows)
})

test('C17 of a large batch it is told what is kept, before its body is read, and when it is through', async () => {
  const mebibyte = 2 ** 20
  const large = messageOf(rowsFrom(0, 6 * 1024, 1024))
  const messages = [encodeSchemaMessage(fields), large, messageOf(rowsFrom(0, 1024)), large, encodeEndOfStream()]
  const path = await fileOf(Buffer.concat(messages), 'large.arrows')
  const kept: number[] = []

  const { rows } = await readRows('arrow', path, Row, {
    range,
    batchRows: 1024,
    keep: async (byteLength) => void kept.push(Math.floor(byteLength / mebibyte)),
  })

  expect(rows).toHaveLength(13 * 1024)
  expect(kept).toEqual([6, 0, 6, 0])
})

test.each([
  ['with', encodeEndOfStream()],
  ['without', new Uint8Array(0)],
])('a stream in a file, %s an end mark, is read to its end, or not at all', async (_, mark) => {
  const stream = Buffer.concat([encodeSchemaMessage(fields), messageOf(rowsFrom(0, 3)), mark])
  const path = await fileOf(Buffer.concat([stream, stream]), 'two.arrows')

  await expect(readRows('arrow', path, Row)).rejects.toMatchObject({
    code: 'SOURCE_FAILED',
    message: `"${path}" cannot be read: expected the end of the Arrow stream at byte ${stream.length}, got ${stream.length} bytes more`,
  })
})
