import { encodeMessage } from '../../../../packages/core/dist/record-batch/ipc/encode/encode-message.js'

const zstd = 1

/** A stream whose only batch says that its buffers are compressed. */
export function compressedStream(schema: Uint8Array): Buffer {
  const batch = encodeMessage({
    headerType: 3,
    bodyLength: 0,
    encodeHeader: (builder) => {
      builder.startObject(2)
      builder.addFieldInt8(0, zstd, 0)
      const compression = builder.endObject()
      builder.startObject(5)
      builder.addFieldOffset(3, compression, 0)
      return builder.endObject()
    },
  })
  return Buffer.concat([schema, batch])
}
