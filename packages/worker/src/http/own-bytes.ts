import type { BytesOwner } from './exchange.ts'

/** Bytes that may be kept, and moved to a thread: a copy where a front end only lends them. */
export function ownBytes(bytes: Uint8Array, owner: BytesOwner): Uint8Array<ArrayBuffer> {
  return owner === 'reader' && hasPlainBuffer(bytes) ? bytes : new Uint8Array(bytes)
}

function hasPlainBuffer(bytes: Uint8Array): bytes is Uint8Array<ArrayBuffer> {
  return bytes.buffer instanceof ArrayBuffer
}
