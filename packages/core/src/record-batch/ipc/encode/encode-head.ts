import type { RecordBatch } from '../../record-batch.ts'
import { messageHeader } from '../arrow-format.ts'
import { encodeMessage } from './encode-message.ts'
import { encodeRecordBatch } from './encode-record-batch.ts'
import { encodeSchemaMessage } from './encode-stream.ts'
import { planBody } from './plan-body.ts'

export interface StreamHead {
  readonly messages: readonly Uint8Array[]
  /** Bytes of the columns that a reader of the stream takes, gaps aside. */
  readonly usedBytes: number
}

/** Readers may require this of every buffer. */
const alignmentBytes = 8

/**
 * The messages that make an Arrow stream of a batch's own bytes where they lie, from `layout.byteOffset` on: written
 * straight before them, nothing has to be moved. The body then has gaps, which may hold an earlier batch's rows, so it
 * is for readers in this process only. Undefined where some part of the batch would have to be rewritten first.
 */
export function encodeHead(batch: RecordBatch): StreamHead | undefined {
  const { byteOffset, byteLength } = batch.layout
  const plan = planBody(batch)
  const offsets: number[] = []
  for (const bytes of plan.buffers) {
    const offset = bytes.byteLength === 0 ? 0 : bytes.byteOffset - byteOffset
    const isInPlace = bytes.byteLength === 0 || bytes.buffer === batch.buffer
    if (!isInPlace || offset % alignmentBytes !== 0) return undefined
    offsets.push(offset)
  }
  const head = encodeMessage({
    headerType: messageHeader.recordBatch,
    bodyLength: byteLength,
    encodeHeader: (builder) => encodeRecordBatch(builder, batch.rowCount, plan, offsets),
  })
  const usedBytes = plan.buffers.reduce((sum, bytes) => sum + bytes.byteLength, 0)
  return { messages: [encodeSchemaMessage(batch.fields), head], usedBytes }
}
