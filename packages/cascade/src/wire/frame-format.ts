import { PipelineError } from '@redesmyn/core'

/** The kinds of frames, and the numbers that stand for them. Once given a number keeps its meaning. */
const frameKinds = Object.freeze({
  hello: 1,
  contract: 2,
  call: 3,
  reply: 4,
  failed: 5,
  cancel: 6,
  goodbye: 7,
} as const)

export type FrameKind = keyof typeof frameKinds

/** What stands before each frame, as 20 bytes: docs/wire.md says which. */
export interface FrameHeader {
  readonly kind: FrameKind
  /** Which hello or call the frame is about; 0: the connection itself. */
  readonly call: number
  readonly headBytes: number
  readonly bodyBytes: number
}

export interface OutgoingFrame {
  readonly kind: FrameKind
  readonly call: number
  /** Sent as JSON. */
  readonly head?: object
  /** Written one after the other, without being copied together where they are large. */
  readonly body?: readonly Uint8Array[]
}

export const frameHeaderBytes = 20
const frameMagic = Buffer.from('CSCD', 'latin1')

const frameVersion = 1
const maxLength = 2 ** 32 - 1
const withBody: ReadonlySet<FrameKind> = new Set(['call', 'reply'])
const kindsByNumber: ReadonlyMap<number, FrameKind> = new Map(
  Object.entries(frameKinds).map(([kind, number]) => [number, kind as FrameKind]),
)

/** A frame in pieces. Throws BODY_TOO_LARGE for a body of 4 GiB or more. */
export function encodeFrame({ kind, call, head, body = [] }: OutgoingFrame): readonly Uint8Array[] {
  const json = head === undefined ? Buffer.alloc(0) : Buffer.from(JSON.stringify(head))
  const bodyBytes = body.reduce((sum, { byteLength }) => sum + byteLength, 0)
  if (bodyBytes > maxLength) {
    throw new PipelineError('BODY_TOO_LARGE', `a frame has ${bodyBytes} bytes, more than ${maxLength}`)
  }
  const header = Buffer.alloc(frameHeaderBytes)
  frameMagic.copy(header)
  header.writeUInt8(frameVersion, 4)
  header.writeUInt8(frameKinds[kind], 5)
  header.writeUInt32LE(call, 8)
  header.writeUInt32LE(json.byteLength, 12)
  header.writeUInt32LE(bodyBytes, 16)
  return [header, json, ...body]
}

/** Throws BETWEEN_UNSUPPORTED for what is no frame, or one of another version. */
export function decodeFrameHeader(bytes: Uint8Array): FrameHeader {
  const words = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength)
  assertMagic(bytes)
  const version = words.readUInt8(4)
  if (version !== frameVersion) throw unsupported(`expected version ${frameVersion} of its frames, got ${version}`)
  const kind = kindsByNumber.get(words.readUInt8(5))
  if (kind === undefined) throw unsupported(`expected a kind of frame from 1 to 7, got ${words.readUInt8(5)}`)
  if (words.readUInt16LE(6) !== 0) throw unsupported('expected zeros in bytes 6 and 7 of a frame')
  const bodyBytes = words.readUInt32LE(16)
  if (bodyBytes > 0 && !withBody.has(kind)) throw unsupported(`expected no body in a frame "${kind}"`)
  return { kind, call: words.readUInt32LE(8), headBytes: words.readUInt32LE(12), bodyBytes }
}

/** Looks at as many of the first bytes as are there: whoever speaks another language is told so at its first letter. */
export function assertMagic(bytes: Uint8Array): void {
  const length = Math.min(bytes.byteLength, frameMagic.byteLength)
  const start = Buffer.from(bytes.buffer, bytes.byteOffset, length)
  if (start.equals(frameMagic.subarray(0, length))) return
  throw unsupported(`expected a frame, which begins with "CSCD", got ${JSON.stringify(start.toString('latin1'))}`)
}

export function unsupported(problem: string): PipelineError {
  return new PipelineError('BETWEEN_UNSUPPORTED', `what was sent is not the frames of cascade: ${problem}`)
}
