import type { Field } from '../../../schema/field.ts'
import { align } from '../../layout.ts'
import type { RecordBatch } from '../../record-batch.ts'
import { messageHeader } from '../arrow-format.ts'
import { encodeEndOfStream, encodeMessage } from './encode-message.ts'
import { encodeRecordBatch } from './encode-record-batch.ts'
import { encodeSchema } from './encode-schema.ts'
import { planBody } from './plan-body.ts'

/**
 * A batch as an Arrow IPC stream, in pieces to be written one after the other. The pieces of the body are views of the
 * batch's own bytes, and valid as long as those: only the used part of each buffer, behind it zeros up to a multiple
 * of 64. Equal rows give equal bytes.
 */
export function encodeStream(batch: RecordBatch): Uint8Array[] {
  return encodeBatches(batch.fields, [batch])
}

/** Any number of batches with the same fields as one stream. */
export function encodeBatches(fields: readonly Field[], batches: readonly RecordBatch[]): Uint8Array[] {
  return [encodeSchemaMessage(fields), ...batches.flatMap(encodeBatchMessage), encodeEndOfStream()]
}

export function encodeSchemaMessage(fields: readonly Field[]): Uint8Array {
  return encodeMessage({
    headerType: messageHeader.schema,
    bodyLength: 0,
    encodeHeader: (builder) => encodeSchema(builder, fields),
  })
}

/** One batch without the schema that a stream has before it: the first piece is all that stands before the body. */
export function encodeBatchMessage(batch: RecordBatch): Uint8Array[] {
  const plan = planBody(batch)
  const head = encodeMessage({
    headerType: messageHeader.recordBatch,
    bodyLength: plan.buffers.reduce((length, { byteLength }) => length + align(byteLength), 0),
    encodeHeader: (builder) => encodeRecordBatch(builder, batch.rowCount, plan),
  })
  return [head, ...plan.buffers.flatMap(padded)]
}

function padded(bytes: Uint8Array): Uint8Array[] {
  const missing = align(bytes.byteLength) - bytes.byteLength
  if (missing > 0) return [bytes, new Uint8Array(missing)]
  return bytes.byteLength === 0 ? [] : [bytes]
}
