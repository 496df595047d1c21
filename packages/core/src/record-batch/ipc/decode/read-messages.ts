import { continuationMarker, metadataVersion } from '../arrow-format.ts'
import { FlatTable } from './flat-table.ts'
import { malformed, unsupported } from './malformed.ts'

export interface Message {
  /** One of `messageHeader`. */
  readonly headerType: number
  readonly header: FlatTable
  readonly body: Uint8Array
}

const prefixBytes = 8
const fileMagic = 'ARROW1'

/**
 * The messages of a stream, up to its end mark or, as some writers leave that out, up to the end of the bytes. Returns
 * where the stream ends, its mark included.
 */
export function* readMessages(bytes: Uint8Array): Generator<Message, number> {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength)
  assertNotFile(bytes)
  let position = 0
  while (position < bytes.byteLength) {
    if (position + prefixBytes > bytes.byteLength) throw malformed('it ends inside a message')
    if (view.getInt32(position, true) !== continuationMarker)
      throw malformed('a message does not begin with its marker')
    const metadataLength = view.getInt32(position + 4, true)
    if (metadataLength === 0) return position + prefixBytes
    const bodyStart = position + prefixBytes + metadataLength
    if (metadataLength < 0 || bodyStart > bytes.byteLength) throw malformed('it ends inside a message')
    const message = decodeMessage(bytes.subarray(position + prefixBytes, bodyStart), bytes.subarray(bodyStart))
    yield message
    position = bodyStart + message.body.byteLength
  }
  return position
}

/** Table Message: version, header (its type, then its table), body length. `rest` begins with the body. */
function decodeMessage(metadata: Uint8Array, rest: Uint8Array): Message {
  const table = FlatTable.root(metadata)
  if (table.int16(0) < metadataVersion.v4) throw unsupported('a format older than version 4')
  const header = table.table(2)
  if (header === undefined) throw malformed('a message has no header')
  const bodyLength = table.int64(3)
  if (!(bodyLength >= 0 && bodyLength <= rest.byteLength)) throw malformed('it ends inside a body')
  return { headerType: table.int8(1), header, body: rest.subarray(0, bodyLength) }
}

function assertNotFile(bytes: Uint8Array): void {
  const isFile = Array.from(fileMagic).every((letter, index) => bytes[index] === letter.charCodeAt(0))
  if (isFile) throw malformed('it is in the file format, send it in the stream format')
}
