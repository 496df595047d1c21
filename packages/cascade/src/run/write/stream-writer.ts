import type { RecordBatch } from '@redesmyn/core'
import type { PartSink } from './part-sink.ts'
import type { RejectedRecord, WrittenPart } from './write-messages.ts'

/** One writer for all parts of a run, one after the other: a stream has one beginning and one end. */
export class StreamWriter {
  readonly #writer: PartSink
  #openParts: number

  constructor(writer: PartSink, partCount: number) {
    this.#writer = writer
    this.#openParts = partCount
  }

  forPart(): PartSink {
    const counts = { rows: 0, rejects: 0 }
    return {
      write: async (batch: RecordBatch) => {
        counts.rows += batch.rowCount
        await this.#writer.write(batch)
      },
      reject: async (batch: RecordBatch, rejects: readonly RejectedRecord[]) => {
        counts.rejects += rejects.length
        await this.#writer.reject(batch, rejects)
      },
      finish: async () => await this.#finish(counts),
      abort: async () => await this.#writer.abort(),
    }
  }

  async #finish({ rows, rejects }: { readonly rows: number; readonly rejects: number }): Promise<WrittenPart> {
    this.#openParts--
    const whole = this.#openParts === 0 ? await this.#writer.finish() : undefined
    return {
      output: { rowCount: rows, byteLength: whole?.output?.byteLength ?? 0 },
      rejects: rejects === 0 ? undefined : { rowCount: rejects, byteLength: whole?.rejects?.byteLength ?? 0 },
    }
  }
}
