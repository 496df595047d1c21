import { encodeHead, encodeStream, type RecordBatch } from '@redesmyn/core'
import type { DataFrame } from 'nodejs-polars'
import type { CopyCounter } from './copy-counter.ts'
import type { Libraries } from './libraries.ts'

/** Part of the batch's buffer. */
export interface StreamRoom {
  readonly byteOffset: number
  readonly byteLength: number
}

export interface PolarsParts {
  readonly libraries: Libraries
  readonly copies: CopyCounter
  /** Room in the batch's buffer that ends where its columns begin. */
  readonly head: StreamRoom | undefined
}

/** A Polars frame of the batch, by way of an Arrow stream: no row objects, and one copy, which Polars makes. */
export function polarsFrame(batch: RecordBatch, parts: PolarsParts): DataFrame {
  const stream = streamInPlace(batch, parts) ?? packedStream(batch, parts)
  return parts.libraries.polars.readIPCStream(stream)
}

/** The columns where they lie, with the messages of a stream written before them. */
function streamInPlace(batch: RecordBatch, { head: room, copies }: PolarsParts): Buffer | undefined {
  if (room === undefined) return undefined
  const head = encodeHead(batch)
  if (head === undefined) return undefined
  const headBytes = sumOf(head.messages)
  if (headBytes > room.byteLength) return undefined
  const { byteOffset, byteLength } = batch.layout
  const stream = Buffer.from(batch.buffer, byteOffset - headBytes, headBytes + byteLength)
  let end = 0
  for (const message of head.messages) {
    stream.set(message, end)
    end += message.byteLength
  }
  copies.add('polars', head.usedBytes)
  return stream
}

/** For slices that begin inside a byte and the like: a copy before that of Polars. */
function packedStream(batch: RecordBatch, { copies }: PolarsParts): Buffer {
  const stream = Buffer.concat(encodeStream(batch))
  copies.add('arrow', stream.byteLength)
  copies.add('polars', stream.byteLength)
  return stream
}

function sumOf(messages: readonly Uint8Array[]): number {
  return messages.reduce((sum, { byteLength }) => sum + byteLength, 0)
}
