import { column, compileRecordSchema, encodeBatchMessage, encodeEndOfStream, encodeSchemaMessage } from '@redesmyn/core'
import { Type } from 'typebox'
import { batchOf } from '../../formats/format-under-test.ts'

export const Row = Type.Object({
  id: column.int64(),
  zone: Type.String(),
  tip: Type.Union([Type.Number(), Type.Null()]),
})
/** What is sent has a column more, in the middle, which nobody reads. */
const Sent = Type.Object({ id: Row.properties.id, pad: Type.String(), zone: Type.String(), tip: Row.properties.tip })
const { fields } = compileRecordSchema(Sent, 'a test')

export type SentRow = Readonly<Record<'pad' | 'zone', string> & { id: bigint; tip: number | null }>

export function rowsFrom(first: number, count: number, pad = ''): readonly SentRow[] {
  return Array.from({ length: count }, (_, index) => {
    const id = first + index
    return { id: 2n ** 53n + BigInt(id), pad, zone: `zone ${id % 7}`, tip: id % 5 === 0 ? null : id / 4 }
  })
}

/** The messages of a stream: schema, a batch of each size, end mark. */
export function messagesOf(sizes: readonly number[]): readonly Buffer[] {
  let first = 0
  const batches = sizes.map((size) => {
    const batch = batchMessage(rowsFrom(first, size))
    first += size
    return batch
  })
  return [schemaMessage(), ...batches, Buffer.from(encodeEndOfStream())]
}

/** One record batch, as often as it is wanted. */
export function batchMessage(rows: readonly SentRow[]): Buffer {
  return Buffer.concat(encodeBatchMessage(batchOf(fields, rows)))
}

export function schemaMessage(): Buffer {
  return Buffer.from(encodeSchemaMessage(fields))
}

/** As NDJSON has them once they went through the pipeline. */
export function linesOf(rows: readonly SentRow[]): string {
  return rows.map(({ id, zone, tip }) => `{"id":"${id}","zone":"${zone}","tip":${tip}}\n`).join('')
}
