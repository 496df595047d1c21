import { PipelineError } from '@redesmyn/core'
import type { Dispatcher } from 'undici'
import { headerOf } from '../../wire/http-headers.ts'
import type { HandoffFailure } from '../instance.ts'

type Where = Pick<HandoffFailure, 'stage' | 'instance'>

const leastRoomBytes = 16 * 1024

/**
 * The body of a reply in shared memory of exactly its length where the peer tells it, so that threads can read it where
 * it lies. Rejects with BODY_TOO_LARGE, and with what the connection breaks with.
 */
export async function readReplyBytes(
  { headers, body }: Pick<Dispatcher.ResponseData, 'headers' | 'body'>,
  maxBytes: number,
  where: Where,
): Promise<Uint8Array> {
  const declaredBytes = Number(headerOf(headers, 'content-length') ?? 0)
  if (declaredBytes > maxBytes) {
    body.destroy()
    throw tooLarge(`has ${declaredBytes} bytes`, maxBytes, where)
  }
  let room = new Uint8Array(new SharedArrayBuffer(declaredBytes || leastRoomBytes))
  let receivedBytes = 0
  for await (const piece of body as AsyncIterable<Uint8Array>) {
    const neededBytes = receivedBytes + piece.byteLength
    if (neededBytes > maxBytes) throw tooLarge('is larger', maxBytes, where)
    if (neededBytes > room.byteLength) room = grow(room, Math.min(maxBytes, Math.max(neededBytes, 2 * room.byteLength)))
    room.set(piece, receivedBytes)
    receivedBytes = neededBytes
  }
  return room.subarray(0, receivedBytes)
}

function grow(room: Uint8Array, byteLength: number): Uint8Array<SharedArrayBuffer> {
  const grown = new Uint8Array(new SharedArrayBuffer(byteLength))
  grown.set(room)
  return grown
}

function tooLarge(size: string, maxReplyBytes: number, where: Where): PipelineError {
  const message = `the reply of ${where.instance} ${size}, the limit is ${maxReplyBytes} bytes`
  return new PipelineError('BODY_TOO_LARGE', message, { details: { ...where, maxReplyBytes } })
}
