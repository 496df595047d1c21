import { describeMessage, type MessageFacts, type MessagePlace } from '@redesmyn/core'
import type { OpenFile } from '../open-file.ts'
import { readExactly } from '../read-exactly.ts'
import { sourceFailure } from '../source-failure.ts'

/** A message, and where it is. */
export interface LocatedMessage {
  readonly facts: MessageFacts
  readonly place: MessagePlace
}

const prefixBytes = 8
const continuationMarker = -1

/**
 * Reads what a message says of itself, and passes over its body. Undefined at the end mark of a stream, or at the end of
 * the file, as some writers leave the mark out. Throws SOURCE_FAILED where there is no whole message.
 */
export async function readMessageAt(file: OpenFile, offset: number): Promise<LocatedMessage | undefined> {
  if (offset === file.byteLength) return undefined
  const prefix = new Uint8Array(prefixBytes)
  await readExactly(file, prefix, offset)
  const view = new DataView(prefix.buffer)
  if (view.getInt32(0, true) !== continuationMarker) {
    throw sourceFailure(file.path, `expected an Arrow message at byte ${offset}`)
  }
  const metadataLength = view.getInt32(4, true)
  if (metadataLength === 0) return undefined
  if (metadataLength < 0 || offset + metadataLength > file.byteLength) {
    throw sourceFailure(
      file.path,
      `expected the metadata of an Arrow message at byte ${offset}, got ${metadataLength} bytes`,
    )
  }
  const metadata = new Uint8Array(metadataLength)
  await readExactly(file, metadata, offset + prefixBytes)
  const facts = describeMessage(metadata)
  const byteLength = prefixBytes + metadataLength + facts.bodyLength
  if (offset + byteLength > file.byteLength) {
    const end = offset + byteLength
    throw sourceFailure(file.path, `expected an Arrow message up to byte ${end}, got ${file.byteLength} bytes`)
  }
  return { facts, place: { offset, byteLength } }
}
