import {
  type AnyStreamHandler,
  assertEvent,
  assertSource,
  type EventCheck,
  type EventSource,
  iteratorOf,
  type Log,
  rowOfEvent,
  rowStreamsOf,
} from '@redesmyn/core'
import type { HandlerBatch } from '../thread/handler-batch.ts'
import { sendableError } from '../thread/sendable-error.ts'
import type { SlotContext } from '../thread/slot-context.ts'
import { type EventSink, pumpEvents } from './pump-events.ts'
import { RowStream } from './row-stream.ts'
import { sseText } from './sse-text.ts'
import { StreamCallContext } from './stream-context.ts'
import type { BatchAddress, RowOrder } from './stream-messages.ts'
import type { StreamOutbox } from './stream-outbox.ts'

export interface StreamCallParts {
  readonly batch: BatchAddress
  readonly rowCount: number
  readonly stage: string
  readonly outbox: StreamOutbox
  readonly check: EventCheck
  readonly slotContext: SlotContext
  readonly log: Log
}

/** One call of a streaming handler: its rows' streams, and what drives them. */
export class StreamCall {
  readonly #parts: StreamCallParts
  readonly #streams: readonly RowStream[]
  readonly #context: StreamCallContext
  readonly #sinks: EventSink[] = []
  #openRows: number

  constructor(parts: StreamCallParts) {
    const { batch, rowCount, outbox, slotContext } = parts
    this.#parts = parts
    this.#openRows = rowCount
    this.#streams = Array.from({ length: rowCount }, (_, row) => {
      return new RowStream({ batch, row, outbox, onClosed: () => this.#closed(row) })
    })
    this.#context = new StreamCallContext(slotContext, this.#streams, () => this.#openRows === 0)
  }

  /** Resolves when the handler has returned or was ended. Rejects with what it threw for the whole batch. */
  async run(handler: AnyStreamHandler, batch: HandlerBatch): Promise<void> {
    const returned = await handler(batch, this.#context)
    const rows = rowStreamsOf(returned)
    if (rows === undefined) await this.#pump(assertSource(returned, this.#parts.stage), this.#batchSink())
    else await Promise.all(rows.map((source, row) => this.#pumpRow(source, row)))
  }

  /** What is still open ends well. */
  end(): void {
    for (const stream of this.#streams) stream.end('done')
  }

  /** The batch fails as a whole, which its reply says: nothing more is sent for a single row. */
  abandon(): void {
    for (const stream of this.#streams) stream.cancel()
  }

  obey(orders: readonly RowOrder[]): void {
    for (const { row, takenChars } of orders) {
      const stream = this.#streams[row]
      if (takenChars === 'cancelled') stream?.cancel()
      else stream?.taken(takenChars)
    }
  }

  #pump(source: EventSource<unknown>, sink: EventSink): Promise<void> {
    return pumpEvents(iteratorOf(source), sink)
  }

  async #pumpRow(source: EventSource<unknown>, row: number): Promise<void> {
    const stream = this.#streams[row]
    if (stream === undefined) return
    try {
      await this.#pump(source, this.#rowSink(stream, row))
      stream.end('done')
    } catch (thrown) {
      const error = sendableError(thrown)
      const { code, message, stack } = error
      const requestId = this.#context.requestId(row)
      this.#parts.log.error({ err: { code, message, stack }, row, requestId }, 'The stream of a row failed.')
      stream.end(error)
    }
  }

  /** One generator for all rows goes at the pace of the slowest of its clients. */
  #batchSink(): EventSink {
    const streams = this.#streams
    const isOver = (): boolean => this.#openRows === 0
    const sink: EventSink = {
      get isOver() {
        return isOver()
      },
      onOver: undefined,
      take: (value) => this.#take(streams[rowOfEvent(value, streams.length)], value),
    }
    this.#sinks.push(sink)
    return sink
  }

  #rowSink(stream: RowStream, row: number): EventSink {
    const sink: EventSink = {
      get isOver() {
        return !stream.isOpen
      },
      onOver: undefined,
      take: (value) => this.#take(stream, value),
    }
    this.#sinks[row] = sink
    return sink
  }

  #take(stream: RowStream | undefined, value: unknown): Promise<void> | undefined {
    const event = assertEvent(value)
    this.#parts.check(event.data)
    if (stream === undefined || !stream.isOpen) return this.#parts.outbox.nextTurn()
    stream.write(sseText(event))
    return stream.room() ?? this.#parts.outbox.nextTurn()
  }

  /** Sinks are one a row, or a single one for the batch. */
  #closed(row: number): void {
    this.#openRows--
    if (this.#openRows === 0) this.#context.abort()
    for (const sink of [this.#sinks[row], this.#sinks[0]]) if (sink?.isOver === true) sink.onOver?.()
  }
}
