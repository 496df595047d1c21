import { type ErrorData, PipelineError, type ReplyHead } from '@redesmyn/core'
import { type BatchAddress, type StreamPart, windowChars } from './stream-messages.ts'
import type { OutboxItem, StreamOutbox } from './stream-outbox.ts'

export interface RowStreamParts {
  readonly batch: BatchAddress
  readonly row: number
  readonly outbox: StreamOutbox
  /** The stream is no longer open, whoever ended it. */
  readonly onClosed: () => void
}

/** The stream of one row, on the side of its handler. */
export class RowStream implements OutboxItem {
  readonly batch: BatchAddress
  readonly #parts: RowStreamParts
  #isOpen = true
  #hasBegun = false
  #roomChars = windowChars
  #isListed = false
  #text = ''
  #eventCount = 0
  #head: ReplyHead | undefined
  #end: StreamPart['end']
  #resume: (() => void) | undefined
  #controller: AbortController | undefined

  constructor(parts: RowStreamParts) {
    this.batch = parts.batch
    this.#parts = parts
  }

  get isOpen(): boolean {
    return this.#isOpen
  }

  get signal(): AbortSignal {
    this.#controller ??= new AbortController()
    if (!this.#isOpen && this.#end === undefined) this.#controller.abort(gone())
    return this.#controller.signal
  }

  /** Sends an event; what is written after the end is dropped. */
  write(text: string): void {
    if (!this.#isOpen) return
    this.#text += text
    this.#eventCount++
    this.#roomChars -= text.length
    this.#hasBegun = true
    this.#list()
  }

  /** Resolves when the client has read on, or the stream is over; undefined while there is room. */
  room(): Promise<void> | undefined {
    if (!this.#isOpen || this.#roomChars > 0) return undefined
    return new Promise((resolve) => {
      this.#resume = resolve
    })
  }

  /** Status and headers of the answer. Throws HANDLER_ERROR once the first event is on its way. */
  reply(head: ReplyHead): void {
    if (this.#hasBegun)
      throw new PipelineError('HANDLER_ERROR', 'the head of an answer is chosen before its first event')
    this.#head = { ...this.#head, ...head }
  }

  end(how: 'done' | ErrorData): void {
    if (!this.#isOpen) return
    this.#end = how
    this.#list()
    this.#close()
  }

  taken(chars: number): void {
    this.#roomChars += chars
    if (this.#roomChars > 0) this.#goOn()
  }

  /** Nobody reads any more: what was not sent is dropped. */
  cancel(): void {
    if (!this.#isOpen) return
    this.#text = ''
    this.#eventCount = 0
    this.#controller?.abort(gone())
    this.#close()
  }

  /** What has gathered since the last time. */
  takePart(): StreamPart {
    const part = {
      row: this.#parts.row,
      text: this.#text,
      eventCount: this.#eventCount,
      head: this.#head,
      end: this.#end,
    }
    this.#isListed = false
    this.#text = ''
    this.#eventCount = 0
    this.#head = undefined
    return part
  }

  #list(): void {
    if (this.#isListed) return
    this.#isListed = true
    this.#parts.outbox.add(this)
  }

  #close(): void {
    this.#isOpen = false
    this.#goOn()
    this.#parts.onClosed()
  }

  #goOn(): void {
    this.#resume?.()
    this.#resume = undefined
  }
}

function gone(): PipelineError {
  return new PipelineError('CLIENT_GONE', 'nobody reads this stream any more')
}
