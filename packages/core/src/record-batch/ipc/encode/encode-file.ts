import { Builder } from 'flatbuffers'
import type { Field } from '../../../schema/field.ts'
import { metadataVersion } from '../arrow-format.ts'
import { encodeSchema } from './encode-schema.ts'

/** Where a record batch was written in a file: its metadata with marker and length, and behind it the body. */
export interface WrittenBatch {
  readonly offset: number
  readonly metadataLength: number
  readonly bodyLength: number
}

const magic = 'ARROW1'
const headBytes = 8

/** What an Arrow file begins with: the magic, padded to 8 bytes. A stream with its end mark follows. */
export function encodeFileHead(): Uint8Array {
  const head = new Uint8Array(headBytes)
  new TextEncoder().encodeInto(magic, head)
  return head
}

/** What an Arrow file ends with. Table Footer: version, schema, dictionaries, record batches; its length; the magic. */
export function encodeFileFooter(fields: readonly Field[], batches: readonly WrittenBatch[]): Uint8Array {
  const builder = new Builder(1024)
  const schema = encodeSchema(builder, fields)
  const dictionaries = encodeBlocks(builder, [])
  const blocks = encodeBlocks(builder, batches)
  builder.startObject(5)
  builder.addFieldInt16(0, metadataVersion.v5, 0)
  builder.addFieldOffset(1, schema, 0)
  builder.addFieldOffset(2, dictionaries, 0)
  builder.addFieldOffset(3, blocks, 0)
  builder.finish(builder.endObject())
  const footer = builder.asUint8Array()
  const bytes = new Uint8Array(footer.length + 4 + magic.length)
  bytes.set(footer)
  new DataView(bytes.buffer).setInt32(footer.length, footer.length, true)
  new TextEncoder().encodeInto(magic, bytes.subarray(footer.length + 4))
  return bytes
}

/** A vector of structs of a long, an int and a long; flatbuffers are written back to front. */
function encodeBlocks(builder: Builder, batches: readonly WrittenBatch[]): number {
  builder.startVector(24, batches.length, 8)
  for (const { offset, metadataLength, bodyLength } of batches.toReversed()) {
    builder.prep(8, 24)
    builder.writeInt64(BigInt(bodyLength))
    builder.pad(4)
    builder.writeInt32(metadataLength)
    builder.writeInt64(BigInt(offset))
  }
  return builder.endVector()
}
