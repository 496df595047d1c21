import type { ReplyStream, ReplyStreamReader } from '../exchange.ts'

/** A body that is written piece by piece, as the body of a fetch response. */
export class FetchReplyStream implements ReplyStream {
  readonly body: ReadableStream<Uint8Array>
  readonly #reader: ReplyStreamReader
  readonly #encoder = new TextEncoder()
  #controller: ReadableStreamDefaultController<Uint8Array> | undefined
  #isOpen = true

  constructor(reader: ReplyStreamReader) {
    this.#reader = reader
    this.body = new ReadableStream<Uint8Array>({
      start: (controller) => {
        this.#controller = controller
      },
      pull: () => {
        if (this.#isOpen) reader.onDrain()
      },
      cancel: () => this.gone(),
    })
  }

  write(piece: string): boolean {
    if (!this.#isOpen) return true
    this.#controller?.enqueue(this.#encoder.encode(piece))
    return (this.#controller?.desiredSize ?? 0) > 0
  }

  end(piece: string): void {
    if (!this.#isOpen) return
    if (piece !== '') this.write(piece)
    this.#isOpen = false
    this.#controller?.close()
  }

  cut(): void {
    if (!this.#isOpen) return
    this.#controller?.error(new Error('the answer was cut off'))
    this.gone()
  }

  /** Whoever read the body reads no more. */
  gone(): void {
    if (!this.#isOpen) return
    this.#isOpen = false
    this.#reader.onGone()
  }
}
