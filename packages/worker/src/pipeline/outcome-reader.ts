import {
  type BatchOutcome,
  compileJsonWriter,
  type Field,
  type FormedBatch,
  type JsonWriter,
  layoutBatch,
  PipelineError,
  RecordBatch,
} from '@redesmyn/core'
import type { Slab } from '../memory/slab.ts'
import type { BatchReply } from '../thread/protocol.ts'
import { SlabOutcome } from './slab-outcome.ts'

export type DoneReply = Extract<BatchReply, { kind: 'done' }>

/** Opens what a thread left in a slab, or in a buffer beside it, for the waiters of the batch. */
export class OutcomeReader {
  readonly #jsonWriter: JsonWriter | undefined

  /** `output` is undefined where the stage has no output schema: each reply then tells its own columns. */
  constructor(output: readonly Field[] | undefined) {
    this.#jsonWriter = output === undefined ? undefined : compileJsonWriter(output)
  }

  read(batch: FormedBatch<Slab>, reply: DoneReply): BatchOutcome {
    const output = outputOf(batch, reply)
    return new SlabOutcome({
      output,
      jsonWriter: this.#jsonWriter ?? compileJsonWriter(output.fields),
      rejects: reply.rejects,
      heads: reply.heads,
    })
  }
}

function outputOf(batch: FormedBatch<Slab>, { spilled }: DoneReply): RecordBatch {
  if (spilled !== undefined) {
    return new RecordBatch(layoutBatch(spilled.fields, spilled.capacity), spilled.buffer, batch.rowCount)
  }
  const output = batch.room.output(batch.rowCount)
  if (output !== undefined) return output
  throw new PipelineError('INTERNAL', 'a thread answered without saying where the outputs are')
}
