import { BatchWriter, encodeBatches, layoutBatch } from '@redesmyn/core'
import { expect, test } from 'vitest'
import {
  decodeBatch,
  decodeReply,
  encodeBatch,
  encodeReply,
} from '../../../packages/cascade/dist/wire/arrow-message.js'
import { echo } from '../../apps/handoffs.ts'
import { SeededRandom } from '../../fuzz/seeded-random.ts'
import { randomRows } from '../handoff/random-rows.ts'
import { batchOf, bytesOf } from '../handoff/rows-batch.ts'

const fields = echo.input?.fields ?? []
const given = { id: 1, x: 0.5, small: 0.25, big: 7n, isOdd: true, text: 'a', note: null, parts: [1, 2] }

test('a batch comes out of its bytes as it was, bit for bit', () => {
  const random = new SeededRandom(7)

  for (let index = 0; index < 100; index++) {
    const batch = batchOf(echo.input, randomRows(random))

    expect(bytesOf(echo.output, decodeBatch(joined(encodeBatch(batch))))).toBe(bytesOf(echo.input, batch))
  }
})

test('bytes in shared memory are read where they lie', () => {
  const bytes = joined(encodeBatch(batchOf(echo.input, [given, given])))
  const memory = new Uint8Array(new SharedArrayBuffer(bytes.byteLength))
  memory.set(bytes)

  const batch = decodeBatch(memory)

  expect(batch.buffer).toBe(memory.buffer)
  expect(batch.rowCount).toBe(2)
})

test('what is sent of a batch are views of its memory, heads and padding aside', () => {
  const parts = Array.from({ length: 1000 }, (_, index) => index / 7)
  const batch = batchOf(echo.input, [{ ...given, parts }, given])

  const own = encodeBatch(batch).filter(({ buffer }) => buffer !== batch.buffer)

  expect(own.reduce((sum, { byteLength }) => sum + byteLength, 0)).toBeLessThan(4096)
})

test('no byte of an earlier batch in the same memory is sent, and equal batches are equal bytes', () => {
  const secret = { ...given, text: 'SECRET'.repeat(40), note: 'SECRET', parts: Array.from({ length: 40 }, () => 1e9) }
  const writer = roomyWriter()
  for (let row = 0; row < 40; row++) writer.append(secret)
  writer.truncate(0)
  writer.append(given)

  const reused = joined(encodeBatch(writer.batch()))
  const fresh = joined(encodeBatch(batchOf(echo.input, [given])))

  expect(Buffer.from(reused).includes('SECRET')).toBe(false)
  expect(Buffer.from(reused).equals(Buffer.from(fresh))).toBe(true)
})

test('several batches in a stream are joined, and none is a batch without rows', () => {
  const [one, two] = [batchOf(echo.input, [given]), batchOf(echo.input, [{ ...given, id: 2 }])]

  const both = decodeBatch(joined(encodeBatches(fields, [one, two])))
  const none = decodeBatch(joined(encodeBatches(fields, [])))

  expect(both.rows().map(({ id }) => Number(id))).toEqual([1, 2])
  expect(none.rowCount).toBe(0)
  expect(none.fields.map(({ name }) => name)).toEqual(fields.map(({ name }) => name))
})

test('a reply is its rows, and behind them what was rejected and why', () => {
  const batch = batchOf(echo.output, [given])
  const rejects = [
    { row: 0, code: 'RECORD_INVALID', message: 'no "x" — 😀' },
    { row: 4, code: 'HANDLER_ERROR', message: '' },
  ] as const

  const bytes = joined(encodeReply({ batch, rejects }))
  const reply = decodeReply(bytes, { rejectCount: 2, rowCount: 5 })

  expect(reply.rejects).toEqual(rejects)
  expect(bytesOf(echo.output, reply.batch)).toBe(bytesOf(echo.output, batch))
})

test.each([
  ['says more rejects than it has', [{ row: 0 }], { rejectCount: 2 }, 'expected 2 rejects, got 1'],
  ['names a row that the call does not have', [{ row: 5 }], {}, 'expected a row after -1 and below 5, got 5'],
  ['names a row twice', [{ row: 1 }, { row: 1 }], {}, 'expected a row after 1 and below 5, got 1'],
  ['has a code of its own', [{ row: 1, code: 'OWN' }], {}, 'expected a code of the table of errors, got "OWN"'],
])('a reply that %s is malformed', (_, rejects, facts, problem) => {
  const told = rejects.map((reject) => ({ code: 'HANDLER_ERROR', message: 'no', ...reject }))
  const bytes = joined(encodeReply({ batch: batchOf(echo.output, []), rejects: told as never }))

  const read = () => decodeReply(bytes, { rejectCount: rejects.length, rowCount: 5, ...facts })

  expect(read).toThrow(expect.objectContaining({ code: 'BODY_MALFORMED' }))
  expect(read).toThrow(problem)
})

test('bytes behind a stream, and too many rows, are refused', () => {
  const bytes = joined([...encodeBatch(batchOf(echo.input, [given, given])), new Uint8Array(8)])

  expect(() => decodeBatch(bytes)).toThrow('expected one Arrow stream, got 8 bytes behind its end')
  expect(() => decodeBatch(bytes, { maxRows: 1 })).toThrow('it has more than 1 rows')
})

/** With room for 64 rows, all of it written over and over. */
function roomyWriter(): BatchWriter {
  const layout = layoutBatch(fields, { rows: 64, variable: fields.map(() => 64 * 300) })
  return new BatchWriter(layout, new SharedArrayBuffer(layout.byteLength))
}

function joined(pieces: readonly Uint8Array[]): Uint8Array {
  return new Uint8Array(Buffer.concat(pieces))
}
