import type { Cancel, Clock } from '@redesmyn/core'
import type { FrameReader } from './frame-reader.ts'

export interface FramePaceParts {
  readonly reader: FrameReader
  readonly clock: Clock
  /** A frame that has begun must be there, or have brought `minBytes` more, within every so many. `Infinity`: it need not. */
  readonly stallMs: number
  readonly onStalled: () => void
}

const minBytes = 64 * 1024

/** Tells when a frame comes so slowly that it is only there to hold a connection. Costs a timer while one is on its way. */
export class FramePace {
  readonly #parts: FramePaceParts
  #cancel: Cancel | undefined
  #seenBytes = 0

  constructor(parts: FramePaceParts) {
    this.#parts = parts
  }

  /** To be called when bytes have come. */
  watch(): void {
    const { reader, stallMs } = this.#parts
    if (this.#cancel !== undefined || !reader.isInside || stallMs === Number.POSITIVE_INFINITY) return
    this.#begin()
  }

  /** While nobody reads, nothing can come. */
  pause(): void {
    this.#cancel?.()
    this.#cancel = undefined
  }

  #begin(): void {
    const { clock, stallMs, reader } = this.#parts
    this.#seenBytes = reader.receivedBytes
    this.#cancel = clock.after(stallMs, () => this.#check())
  }

  #check(): void {
    const { reader, onStalled } = this.#parts
    this.#cancel = undefined
    if (!reader.isInside) return
    if (reader.receivedBytes - this.#seenBytes < minBytes) return onStalled()
    this.#begin()
  }
}
