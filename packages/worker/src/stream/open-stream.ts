import type { Span } from '@redesmyn/core'
import { windowChars } from './stream-messages.ts'
import { type StreamFlow, type StreamReader, streamReaderOf } from './stream-reader.ts'

/** Less than this is not worth a message to the thread. */
const leastToldChars = windowChars / 2

/** One row's stream, on the side of its client. */
export class OpenStream implements StreamFlow {
  readonly span: Span
  readonly reader: StreamReader | undefined
  /** False once it has ended, for the handler or for the client. */
  isOpen = true
  /** Whether events have come. */
  hasBegun = false
  readonly #tell: (row: number, chars: number) => void
  #untoldChars = 0

  constructor(span: Span, tell: (row: number, chars: number) => void) {
    this.span = span
    this.reader = streamReaderOf(span.waiter)
    this.#tell = tell
  }

  taken(chars: number): void {
    this.#untoldChars += chars
    if (!this.isOpen || this.#untoldChars < leastToldChars) return
    this.#tell(this.span.start, this.#untoldChars)
    this.#untoldChars = 0
  }
}
