import type { ReplyStream, ReplyStreamReader } from '../exchange.ts'

/**
 * A streamed answer on its way through middleware. What is written waits until the middleware has said what becomes of
 * the head; from then on pieces go straight to the client.
 */
export class HeldStream implements ReplyStream, ReplyStreamReader {
  /** Stands for the stream in the middleware's reply: who leaves it in place lets the stream through. */
  readonly body = new Uint8Array(0)
  readonly #reader: ReplyStreamReader
  #pieces: string[] = []
  #isEnded = false
  #isGone = false
  #outer: ReplyStream | undefined

  constructor(reader: ReplyStreamReader) {
    this.#reader = reader
  }

  write(piece: string): boolean {
    if (this.#outer !== undefined) return this.#outer.write(piece)
    this.#pieces.push(piece)
    return false
  }

  end(piece: string): void {
    if (this.#outer !== undefined) return this.#outer.end(piece)
    this.#pieces.push(piece)
    this.#isEnded = true
  }

  cut(): void {
    if (this.#outer === undefined) this.onGone()
    else this.#outer.cut()
  }

  onDrain(): void {
    this.#reader.onDrain()
  }

  /** The client has gone, or is answered something else. */
  onGone(): void {
    if (this.#isGone) return
    this.#isGone = true
    this.#pieces = []
    this.#reader.onGone()
  }

  /** `outer` is undefined where there is nothing to be written any more. */
  attach(outer: ReplyStream | undefined): void {
    if (outer === undefined || this.#isGone) return this.onGone()
    this.#outer = outer
    const text = this.#pieces.join('')
    this.#pieces = []
    if (this.#isEnded) outer.end(text)
    else if (outer.write(text)) this.#reader.onDrain()
  }
}
