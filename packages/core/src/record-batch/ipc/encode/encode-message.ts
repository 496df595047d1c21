import { Builder, type Offset } from 'flatbuffers'
import { align } from '../../layout.ts'
import { continuationMarker, metadataVersion } from '../arrow-format.ts'

const prefixBytes = 8
const initialBytes = 512

/** The part of a message before its body. */
export interface MessageHead {
  /** One of `messageHeader`. */
  readonly headerType: number
  readonly bodyLength: number
  readonly encodeHeader: (builder: Builder) => Offset
}

/**
 * Marker, length, and the flatbuffer of table Message: version, header (its type, then its table), body length.
 * Padded with zeros to a multiple of 64, so that a body in an aligned stream is aligned too.
 */
export function encodeMessage({ headerType, bodyLength, encodeHeader }: MessageHead): Uint8Array {
  const builder = new Builder(initialBytes)
  const header = encodeHeader(builder)
  builder.startObject(5)
  builder.addFieldInt16(0, metadataVersion.v5, 0)
  builder.addFieldInt8(1, headerType, 0)
  builder.addFieldOffset(2, header, 0)
  builder.addFieldInt64(3, BigInt(bodyLength), 0n)
  builder.finish(builder.endObject())
  return frame(builder.asUint8Array())
}

/** Two words: the marker, and a length of zero. */
export function encodeEndOfStream(): Uint8Array {
  return frameWords(new Uint8Array(prefixBytes), 0)
}

function frame(metadata: Uint8Array): Uint8Array {
  const framed = new Uint8Array(align(prefixBytes + metadata.length))
  framed.set(metadata, prefixBytes)
  return frameWords(framed, framed.length - prefixBytes)
}

function frameWords(framed: Uint8Array, metadataLength: number): Uint8Array {
  const words = new DataView(framed.buffer)
  words.setInt32(0, continuationMarker, true)
  words.setInt32(4, metadataLength, true)
  return framed
}
