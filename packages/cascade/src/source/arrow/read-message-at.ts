import { describeMessage, type MessageFacts, type MessagePlace } from '@redesmyn/core'
import type { OpenFile } from '../open-file.ts'
import { readExactly } from '../read-exactly.ts'
import { sourceFailure } from '../source-failure.ts'
import { messageHeadBytes, metadataLengthOf } from './message-head.ts'

/** A message, and where it is. */
export interface LocatedMessage {
  readonly facts: MessageFacts
  readonly place: MessagePlace
}

/**
 * Reads what a message says of itself, and passes over its body. Undefined at the end mark of a stream, or at the end of
 * the file, as some writers leave the mark out. Throws SOURCE_FAILED where there is no whole message.
 */
export async function readMessageAt(file: OpenFile, offset: number): Promise<LocatedMessage | undefined> {
  if (offset === file.byteLength) return undefined
  const head = new Uint8Array(messageHeadBytes)
  await readExactly(file, head, offset)
  const metadataLength = metadataLengthOf(head)
  if (metadataLength === undefined) throw sourceFailure(file.path, `expected an Arrow message at byte ${offset}`)
  if (metadataLength === 0) return undefined
  if (offset + metadataLength > file.byteLength) {
    const reason = `expected metadata of ${metadataLength} bytes at byte ${offset}, got a file of ${file.byteLength}`
    throw sourceFailure(file.path, reason)
  }
  const metadata = new Uint8Array(metadataLength)
  await readExactly(file, metadata, offset + messageHeadBytes)
  const facts = describeMessage(metadata)
  const byteLength = messageHeadBytes + metadataLength + facts.bodyLength
  if (offset + byteLength > file.byteLength) {
    const end = offset + byteLength
    throw sourceFailure(file.path, `expected an Arrow message up to byte ${end}, got ${file.byteLength} bytes`)
  }
  return { facts, place: { offset, byteLength } }
}
