import { PipelineError } from '@redesmyn/core'
import { assertMagic, decodeFrameHeader, type FrameHeader, frameHeaderBytes, unsupported } from './frame-format.ts'

/** A frame whose head is there. */
export interface FrameStart {
  readonly header: FrameHeader
  readonly head: Readonly<Record<string, unknown>>
}

export interface FrameTaker {
  /** Memory of exactly the body's size, or undefined where nobody wants it: it is then passed over. Asked once a body. */
  room(start: FrameStart): Uint8Array | undefined
  /** `body` is without bytes where the frame has none, and undefined where it was passed over. */
  take(start: FrameStart, body: Uint8Array | undefined): void
}

/** Bytes that come next, and what is done once all of them are there. */
interface Phase {
  /** Undefined: they are passed over. */
  readonly room: Uint8Array | undefined
  readonly byteLength: number
  readonly end: () => void
}

/** A contract of thousands of columns is within. */
const maxHeadBytes = 2 ** 20
const nothing = new Uint8Array(0)

/**
 * Reads frames from bytes that come in any pieces. Nothing is put aside but the header and the head, whose length is
 * bounded: a body goes where the taker says, as it comes.
 */
export class FrameReader {
  readonly #taker: FrameTaker
  readonly #header: Phase
  #phase: Phase
  #filled = 0
  /** Of what was pushed, while it is held. */
  #rest: Uint8Array | undefined
  #isHeld = false
  #isStopped = false
  #receivedBytes = 0

  constructor(taker: FrameTaker) {
    this.#taker = taker
    const room = new Uint8Array(frameHeaderBytes)
    this.#header = { room, byteLength: frameHeaderBytes, end: () => this.#endHeader(decodeFrameHeader(room)) }
    this.#phase = this.#header
  }

  /** Whether a frame has begun that is not there yet. */
  get isInside(): boolean {
    return this.#phase !== this.#header || this.#filled > 0
  }

  get receivedBytes(): number {
    return this.#receivedBytes
  }

  /** Throws BETWEEN_UNSUPPORTED or BODY_MALFORMED; the reader is of no use afterwards. */
  push(chunk: Uint8Array): void {
    this.#receivedBytes += chunk.byteLength
    this.#read(this.#rest === undefined ? chunk : Buffer.concat([this.#rest, chunk]))
  }

  /** Takes no further frame until `release`; bytes that are pushed wait. */
  hold(): void {
    this.#isHeld = true
  }

  /** Goes on with what waits. Throws what `push` throws. */
  release(): void {
    const rest = this.#rest ?? nothing
    this.#isHeld = false
    this.#rest = undefined
    this.#read(rest)
  }

  /** Nothing more is taken, also of bytes that were pushed already. */
  stop(): void {
    this.#isStopped = true
    this.#rest = undefined
    this.#enter(this.#header)
  }

  #read(bytes: Uint8Array): void {
    let rest = bytes
    while (rest.byteLength > 0 && !this.#isStopped && !this.#isHeld) {
      const { room, byteLength, end } = this.#phase
      const used = Math.min(rest.byteLength, byteLength - this.#filled)
      room?.set(rest.subarray(0, used), this.#filled)
      this.#filled += used
      rest = rest.subarray(used)
      if (this.#phase === this.#header && room !== undefined) assertMagic(room.subarray(0, this.#filled))
      if (this.#filled === byteLength) end()
    }
    this.#rest = this.#isHeld && rest.byteLength > 0 ? rest : undefined
  }

  #endHeader(header: FrameHeader): void {
    const { headBytes } = header
    if (headBytes > maxHeadBytes)
      throw unsupported(`expected a head of at most ${maxHeadBytes} bytes, got ${headBytes}`)
    const room = new Uint8Array(headBytes)
    const end = () => this.#endHead({ header, head: headBytes === 0 ? {} : readHead(room) })
    this.#enter({ room, byteLength: headBytes, end })
  }

  #endHead(start: FrameStart): void {
    const { bodyBytes } = start.header
    const room = bodyBytes === 0 ? nothing : this.#taker.room(start)
    const end = () => {
      this.#enter(this.#header)
      this.#taker.take(start, room)
    }
    this.#enter({ room, byteLength: bodyBytes, end })
  }

  #enter(phase: Phase): void {
    this.#phase = phase
    this.#filled = 0
    if (phase.byteLength === 0) phase.end()
  }
}

function readHead(bytes: Uint8Array): Readonly<Record<string, unknown>> {
  let head: unknown
  try {
    head = JSON.parse(new TextDecoder('utf-8', { fatal: true }).decode(bytes))
  } catch (cause) {
    throw new PipelineError('BODY_MALFORMED', 'the head of a frame is not JSON', { cause })
  }
  if (isRecord(head)) return head
  throw new PipelineError('BODY_MALFORMED', 'the head of a frame is not a JSON object')
}

function isRecord(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}
