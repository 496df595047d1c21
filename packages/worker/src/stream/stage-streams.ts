import { type AnyStage, type Batcher, type FormedBatch, fromErrorData, type Log, PipelineError } from '@redesmyn/core'
import type { Slab } from '../memory/slab.ts'
import type { SlotPort } from '../thread/slot-port.ts'
import { OpenStream } from './open-stream.ts'
import type { RowOrder, StreamPart } from './stream-messages.ts'

/** Where a batch runs, as far as its streams need it. */
export type StreamSlot = Pick<SlotPort, 'inFlight' | 'order'>

export interface StageStreamsParts {
  readonly stage: AnyStage
  readonly batcher: Pick<Batcher<Slab>, 'answering' | 'cancel' | 'fail'>
  readonly slots: () => readonly StreamSlot[]
  readonly log: Log
}

/** Undefined for a stage that answers rows. */
export function createStageStreams(parts: StageStreamsParts): StageStreams | undefined {
  return parts.stage.events && new StageStreams(parts)
}

/** The streams of one stage: brings events to their clients, and tells threads how far those have read. */
export class StageStreams {
  readonly #parts: StageStreamsParts
  readonly #byBatch = new Map<FormedBatch, readonly OpenStream[]>()
  #eventCount = 0

  constructor(parts: StageStreamsParts) {
    this.#parts = parts
  }

  /** Streams that have begun and have not ended, and events that were brought to clients so far. */
  get stats(): { readonly open: number; readonly events: number } {
    let open = 0
    for (const streams of this.#byBatch.values()) {
      for (const stream of streams) if (stream.isOpen && stream.hasBegun) open++
    }
    return { open, events: this.#eventCount }
  }

  /** Events, and ends, of streams of a batch that the slot's thread has begun. */
  readonly take = (slot: StreamSlot, batch: FormedBatch<Slab>, parts: readonly StreamPart[]): void => {
    const streams = this.#streamsOf(slot, batch)
    for (const part of parts) {
      const stream = streams[part.row]
      if (stream === undefined || !stream.isOpen || !stream.span.isLive) continue
      try {
        this.#bring(stream, part)
      } catch (err) {
        // A defect of whoever reads, which must not cost the others their events.
        this.#parts.log.error({ err, stage: this.#parts.stage.name }, 'An event could not be delivered.')
      }
    }
  }

  /** Rows of a batch that a thread has begun were given up: their handler is told. */
  abandoned(batch: FormedBatch): void {
    for (const slot of this.#parts.slots()) {
      const held = slot.inFlight.find((candidate) => candidate === batch)
      if (held !== undefined) this.#cancelGone(slot, held)
    }
  }

  /** The handler has ended, and with it every stream; one that has not is a defect. */
  ended(batch: FormedBatch<Slab>): void {
    if (batch.liveRows > 0) {
      this.#parts.batcher.fail(batch, new PipelineError('INTERNAL', 'a stream was left open by its batch'))
    }
    this.#byBatch.delete(batch)
  }

  /** The batch has failed, or its thread was lost; whoever waited was told. */
  forget(batch: FormedBatch): void {
    this.#byBatch.delete(batch)
  }

  #bring(stream: OpenStream, { text, eventCount, head, end }: StreamPart): void {
    const { reader, span } = stream
    const { batcher } = this.#parts
    if (head !== undefined) reader?.onHead(head)
    this.#eventCount += eventCount
    if (end === 'done') {
      this.#close(stream)
      reader?.onEnd(text)
      return
    }
    if (text !== '') {
      if (!stream.hasBegun) batcher.answering(span.ticket)
      stream.hasBegun = true
      reader?.onEvents(text, stream)
    }
    if (end === undefined || !stream.isOpen) return
    this.#close(stream)
    span.waiter.fail(fromErrorData(end))
  }

  /** Nobody waits any more, so that the batch holds no row that the queue or a drain would count. */
  #close(stream: OpenStream): void {
    stream.isOpen = false
    this.#parts.batcher.cancel(stream.span.ticket)
  }

  #cancelGone(slot: StreamSlot, batch: FormedBatch<Slab>): void {
    const rows: RowOrder[] = []
    for (const stream of this.#streamsOf(slot, batch)) {
      if (!stream.isOpen || stream.span.isLive) continue
      stream.isOpen = false
      rows.push({ row: stream.span.start, takenChars: 'cancelled' })
    }
    if (rows.length > 0) slot.order(batch, rows)
  }

  /** By row: a request to a streaming stage is one row, so the n-th span is the n-th row. */
  #streamsOf(slot: StreamSlot, batch: FormedBatch<Slab>): readonly OpenStream[] {
    const known = this.#byBatch.get(batch)
    if (known !== undefined) return known
    const tell = (row: number, takenChars: number): void => slot.order(batch, [{ row, takenChars }])
    const streams = batch.spans.map((span) => new OpenStream(span, tell))
    this.#byBatch.set(batch, streams)
    return streams
  }
}
