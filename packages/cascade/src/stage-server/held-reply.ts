import { BatchWriter, layoutBatch, measureBatch, RecordBatch } from '@redesmyn/core'
import { releaseOnce } from '@redesmyn/worker'
import type { CallReject } from '../handoff/between.ts'
import type { ServedReply } from './stage-service.ts'

export interface ReplyParts {
  readonly batch: RecordBatch
  readonly rejects: readonly CallReject[]
  readonly serverTimingMs: number
  /** Nobody reads the batch any more. */
  readonly onFree: () => void
}

/** What a reject takes in memory, about. */
const rejectBytes = 256

/** A reply that several may read: its memory goes back when the last of them has let go. */
export class HeldReply {
  readonly #parts: ReplyParts
  #holders = 0

  constructor(parts: ReplyParts) {
    this.#parts = parts
  }

  /** Memory that is kept from others as long as it is held. */
  get byteLength(): number {
    const { batch, rejects } = this.#parts
    return batch.buffer.byteLength + rejects.length * rejectBytes
  }

  share(): ServedReply {
    const { batch, rejects, serverTimingMs } = this.#parts
    this.#holders++
    const release = releaseOnce(() => {
      this.#holders--
      if (this.#holders === 0) this.#parts.onFree()
    })
    return { batch, rejects, serverTimingMs, release }
  }

  /** To be kept: itself where most of its memory is rows, else a copy of no more than these. */
  compact(): HeldReply {
    const { batch } = this.#parts
    const capacity = measureBatch(batch)
    const layout = layoutBatch(batch.fields, capacity)
    if (layout.byteLength * 2 > batch.buffer.byteLength) return this
    const writer = new BatchWriter(layout, new ArrayBuffer(layout.byteLength))
    writer.appendRows(batch, 0, batch.rowCount)
    return new HeldReply({ ...this.#parts, batch: writer.batch(), onFree: () => undefined })
  }
}
