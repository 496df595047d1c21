import type { ServerResponse } from 'node:http'
import type { ReplyStream, ReplyStreamReader } from '../exchange.ts'

/** A body that is written piece by piece, over node:http. */
export class NodeReplyStream implements ReplyStream {
  readonly #response: ServerResponse
  readonly #reader: ReplyStreamReader
  readonly #host: { readonly isClosing: boolean }
  #isOpen = true

  /** The head is written. */
  constructor(response: ServerResponse, reader: ReplyStreamReader, host: { readonly isClosing: boolean }) {
    this.#response = response
    this.#host = host
    this.#reader = reader
    response.on('drain', () => {
      if (this.#isOpen) reader.onDrain()
    })
  }

  write(piece: string): boolean {
    return this.#isOpen ? this.#response.write(piece) : true
  }

  end(piece: string): void {
    if (!this.#isOpen) return
    this.#isOpen = false
    // The head, sent before, has promised to keep the connection.
    if (this.#host.isClosing) this.#response.once('finish', () => this.#response.req.socket.end())
    this.#response.end(piece)
  }

  cut(): void {
    if (this.#isOpen) this.#response.destroy()
  }

  /** The connection has closed. */
  gone(): void {
    if (!this.#isOpen) return
    this.#isOpen = false
    this.#reader.onGone()
  }
}
