import type { ReplyStream, ReplyStreamReader } from '../exchange.ts'
import type { UwsResponse } from './uws-module.ts'

export interface UwsReplyStreamParts {
  readonly response: UwsResponse
  readonly reader: ReplyStreamReader
  /** Writes status and headers: corked with the first piece, so that both are one packet. */
  readonly writeHead: () => void
  /** The body is written; says whether the connection is to be closed. */
  readonly onEnd: () => boolean
}

/** A body that is written piece by piece, over uWebSockets. */
export class UwsReplyStream implements ReplyStream {
  readonly #parts: UwsReplyStreamParts
  #state: 'new' | 'open' | 'ended' = 'new'

  constructor(parts: UwsReplyStreamParts) {
    const { response, reader } = parts
    this.#parts = parts
    response.onWritable(() => {
      reader.onDrain()
      return true
    })
  }

  write(piece: string): boolean {
    if (this.#state === 'ended') return true
    const { response } = this.#parts
    let hasRoom = true
    response.cork(() => {
      this.#begin()
      hasRoom = response.write(piece)
    })
    return hasRoom
  }

  end(piece: string): void {
    if (this.#state === 'ended') return
    const { response, onEnd } = this.#parts
    response.cork(() => {
      this.#begin()
      this.#state = 'ended'
      response.end(piece, onEnd())
    })
  }

  cut(): void {
    if (this.#state !== 'ended') this.#parts.response.close()
  }

  /** The response was aborted. */
  gone(): void {
    if (this.#state === 'ended') return
    this.#state = 'ended'
    this.#parts.reader.onGone()
  }

  #begin(): void {
    if (this.#state !== 'new') return
    this.#state = 'open'
    this.#parts.writeHead()
  }
}
