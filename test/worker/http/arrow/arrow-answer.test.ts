import { type BatchOutcome, decodeStream, encodeStream, type Field, type RecordBatch } from '@redesmyn/core'
import { expect, test } from 'vitest'
import { ArrowAnswer } from '../../../../packages/worker/dist/http/arrow-answer.js'
import { ArrowEncoder } from '../../../../packages/worker/dist/http/arrow-encoder.js'
import { batchOf } from '../../../core/record-batch/arbitrary-batch.ts'

const float32 = { kind: 'float', bits: 32 } as const
const item: Field = { name: 'item', type: float32, isNullable: false }
const plain: readonly Field[] = [
  { name: 'y', type: { kind: 'fixed-list', size: 2, item }, isNullable: false },
  { name: 'isGood', type: { kind: 'bool' }, isNullable: false },
  { name: 'at', type: { kind: 'timestamp' }, isNullable: false },
  {
    name: 's',
    type: {
      kind: 'struct',
      fields: [{ name: 'n', type: { kind: 'int', bits: 8, isSigned: true, as: 'number' }, isNullable: false }],
    },
    isNullable: false,
  },
]
const mixed: readonly Field[] = [
  { name: 'text', type: { kind: 'utf8' }, isNullable: false },
  { name: 'n', type: float32, isNullable: true },
]

const plainRecords = Array.from({ length: 9 }, (_, row) => ({
  y: [row, -row],
  isGood: row % 3 === 0,
  at: row * 1000,
  s: { n: row },
}))
const mixedRecords = [
  { text: 'é', n: null },
  { text: '', n: 2 },
  { text: 'c', n: 3 },
]

function outcomeOf(output: RecordBatch): BatchOutcome {
  return { output, json: () => '', jsonPrediction: () => '', errorOf: () => undefined, replyHeadOf: () => undefined }
}

test('any rows of a batch are the same bytes as when they are encoded by themselves', () => {
  for (const [fields, records] of [[plain, plainRecords] as const, [mixed, mixedRecords] as const]) {
    const encoder = new ArrowEncoder(fields)
    const batch = batchOf({ fields, records })
    for (let from = 0; from < records.length; from++) {
      for (let to = from; to <= records.length; to++) {
        const expected = Buffer.concat(encodeStream(batchOf({ fields, records: records.slice(from, to) })))

        expect(Buffer.concat(encoder.encodeRows(batch, from, to)).equals(expected)).toBe(true)
      }
    }
  }
})

test('an answer keeps its bytes when the next one is made', () => {
  const encoder = new ArrowEncoder(plain)
  const batch = batchOf({ fields: plain, records: plainRecords })

  const answers = plainRecords.map((_, row) => encoder.encodeRows(batch, row, row + 1))
  const rows = answers.flatMap((pieces) => decodeStream(Buffer.concat(pieces)).batches.flatMap((read) => read.rows()))

  expect(answers.every((pieces) => pieces.length === 1)).toBe(true)
  expect(rows).toEqual(batch.rows())
})

test('columns that are not those declared are encoded as they are', () => {
  const encoder = new ArrowEncoder(plain)
  const [y] = plain
  const other = batchOf({ fields: y === undefined ? [] : [y], records: [{ y: [1, 2] }] })

  const { fields, batches } = decodeStream(Buffer.concat(encoder.encodeRows(other, 0, 1)))

  expect([fields.map(({ name }) => name), batches[0]?.rows()]).toEqual([['y'], [{ y: [1, 2] }]])
})

test('no more than 16 row counts are remembered, none of them where the body may exceed 32 KiB', () => {
  const encoder = new ArrowEncoder(plain)
  const batch = batchOf({ fields: plain, records: Array.from({ length: 200 }, () => plainRecords).flat() })
  const arePieces = [1, 128, 129, 200].map((rows) => encoder.encodeRows(batch, 0, rows).length > 1)
  const sizes = Array.from({ length: 100 }, (_, rows) => {
    encoder.encodeRows(batch, 0, rows + 1)
    return encoder.size
  })

  expect(arePieces).toEqual([false, false, true, true])
  expect(Math.max(...sizes)).toBe(16)
})

test('rows that come in several batches are put in order, and may be written over meanwhile', () => {
  const answer = new ArrowAnswer(3, new ArrowEncoder(plain))
  const batch = batchOf({ fields: plain, records: plainRecords })
  const expected = [3, 4, 1].map((row) => batch.row(row))

  expect(answer.take(outcomeOf(batch), { start: 1, rowCount: 1, firstRow: 2 })).toBe(false)
  const later = batchOf({ fields: plain, records: plainRecords })
  new Uint8Array(batch.buffer).fill(0xa5)
  expect(answer.take(outcomeOf(later), { start: 3, rowCount: 2, firstRow: 0 })).toBe(true)

  const { batches } = decodeStream(Buffer.concat(answer.body()))
  expect(batches.flatMap((read) => read.rows())).toEqual(expected)
})

test('an answer without rows has the declared columns', () => {
  const { fields, batches } = decodeStream(Buffer.concat(new ArrowAnswer(0, new ArrowEncoder(plain)).body()))

  expect([fields, batches]).toEqual([plain, []])
})
