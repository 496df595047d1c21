import type { Writable } from 'node:stream'
import { encodeFrame, type OutgoingFrame } from './frame-format.ts'

/** Up to this size copying a frame together costs less than writing its pieces one by one. */
const maxJoinedBytes = 16 * 1024

/** A frame on its way. */
export interface Sending {
  /** `written`: nothing reads the memory of its body any more, whether its bytes went out or the stream ended first. */
  readonly state: 'waiting' | 'writing' | 'written'
  /** Takes a frame back that waits; false, and nothing done, where its first bytes are out. */
  withdraw(): boolean
}

interface Waiting {
  readonly frame: readonly Uint8Array[]
  readonly onWritten: () => void
  state: Sending['state']
}

/**
 * Writes frames in turn, each in one go and from where its bytes lie. While the other side does not read, frames wait
 * here, not in the stream: those can be taken back.
 */
export class FrameWriter {
  readonly #stream: Writable
  readonly #onWritten: () => void
  readonly #waiting: Waiting[] = []
  #unwritten = 0
  #isEnding = false

  /** `onWritten` is called for every frame that is written, or cannot be any more. */
  constructor(stream: Writable, onWritten: () => void = () => undefined) {
    this.#stream = stream
    this.#onWritten = onWritten
    stream.on('drain', () => this.#writeNext())
    stream.once('close', () => this.#dropAll())
  }

  /** Frames that are not written. */
  get unwritten(): number {
    return this.#unwritten
  }

  /** `onWritten` is called once, later, whatever comes of the frame: see `written`. Throws what `encodeFrame` throws. */
  send(frame: OutgoingFrame, onWritten: () => void = () => undefined): Sending {
    const waiting: Waiting = { frame: encodeFrame(frame), onWritten, state: 'waiting' }
    this.#unwritten++
    this.#waiting.push(waiting)
    if (this.#stream.closed || this.#stream.destroyed) process.nextTick(() => this.#dropAll())
    else this.#writeNext()
    return {
      get state() {
        return waiting.state
      },
      withdraw: () => {
        const at = this.#waiting.indexOf(waiting)
        if (at < 0) return false
        this.#waiting.splice(at, 1)
        this.#end(waiting)
        return true
      },
    }
  }

  /** Ends the stream behind the last frame. */
  end(): void {
    this.#isEnding = true
    this.#writeNext()
  }

  #writeNext(): void {
    while (this.#waiting.length > 0 && this.#stream.writable && !this.#stream.writableNeedDrain) {
      const next = this.#waiting.shift()
      if (next !== undefined) this.#write(next)
    }
    if (this.#isEnding && this.#waiting.length === 0) this.#stream.end()
  }

  #write(waiting: Waiting): void {
    waiting.state = 'writing'
    const written = () => this.#end(waiting)
    const { frame } = waiting
    const byteLength = frame.reduce((sum, piece) => sum + piece.byteLength, 0)
    if (byteLength <= maxJoinedBytes) {
      this.#stream.write(Buffer.concat(frame, byteLength), written)
      return
    }
    this.#stream.cork()
    for (const [index, piece] of frame.entries())
      this.#stream.write(piece, index === frame.length - 1 ? written : undefined)
    this.#stream.uncork()
  }

  #dropAll(): void {
    for (const waiting of this.#waiting.splice(0)) this.#end(waiting)
  }

  #end(waiting: Waiting): void {
    waiting.state = 'written'
    this.#unwritten--
    waiting.onWritten()
    this.#onWritten()
  }
}
