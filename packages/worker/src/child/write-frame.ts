import type { Writable } from 'node:stream'
import { serialize } from 'node:v8'

export const framePrefixBytes = 8

/** Up to this size copying a frame together costs less than writing its pieces one by one. */
const maxJoinedBytes = 64 * 1024

/**
 * Writes a message and the bytes that go with it: the lengths of both as 32-bit words, the head as structured clone
 * has it, then the pieces. `onDone` is called once the pieces may change again.
 */
export function writeFrame(stream: Writable, head: object, pieces: readonly Uint8Array[], onDone: () => void): void {
  const headBytes = serialize(head)
  const bodyLength = pieces.reduce((sum, { byteLength }) => sum + byteLength, 0)
  const prefix = Buffer.allocUnsafe(framePrefixBytes)
  prefix.writeUInt32LE(headBytes.byteLength, 0)
  prefix.writeUInt32LE(bodyLength, 4)
  const start = [prefix, headBytes]
  if (bodyLength <= maxJoinedBytes) {
    stream.write(Buffer.concat([...start, ...pieces]))
    onDone()
    return
  }
  stream.cork()
  for (const bytes of start) stream.write(bytes)
  for (const [index, bytes] of pieces.entries()) stream.write(bytes, index === pieces.length - 1 ? onDone : undefined)
  stream.uncork()
}

/** The lengths of pieces, for the head of their frame. */
export function lengthsOf(pieces: readonly Uint8Array[]): readonly number[] {
  return pieces.map(({ byteLength }) => byteLength)
}

/** The pieces of a body, as views. */
export function splitBody(body: Uint8Array, lengths: readonly number[]): readonly Uint8Array[] {
  let end = 0
  return lengths.map((length) => {
    end += length
    return body.subarray(end - length, end)
  })
}
