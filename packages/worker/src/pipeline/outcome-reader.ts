import {
  compileJsonWriter,
  type Field,
  type FormedBatch,
  type JsonWriter,
  layoutBatch,
  PipelineError,
  projectLayout,
  RecordBatch,
} from '@redesmyn/core'
import type { Slab } from '../memory/slab.ts'
import type { SlabSource } from '../memory/slab-source.ts'
import type { BatchReply } from '../thread/protocol.ts'
import { SlabOutcome } from './slab-outcome.ts'

export type DoneReply = Extract<BatchReply, { kind: 'done' }>
/** What there was to deliver has gone as events. */
export type StreamedReply = Extract<BatchReply, { kind: 'streamed' }>

/** Opens what a thread left in a slab, or in a buffer beside it, for the waiters of the batch. */
export class OutcomeReader {
  readonly #fields: readonly Field[] | undefined
  readonly #jsonWriter: JsonWriter | undefined

  /** `output` is undefined where the stage has no output schema: each reply then tells its own columns. */
  constructor(output: readonly Field[] | undefined) {
    this.#fields = output
    this.#jsonWriter = output === undefined ? undefined : compileJsonWriter(output)
  }

  read(batch: FormedBatch<Slab>, reply: DoneReply): SlabOutcome {
    const source = reply.isPassed ? this.#passed(batch) : outputOf(batch, reply)
    return new SlabOutcome({
      source,
      jsonWriter: this.#jsonWriter ?? compileJsonWriter(source.batch.fields),
      parents: reply.parents,
      rejects: reply.rejects,
      heads: reply.heads,
    })
  }

  /** The outputs are input columns, which stay where they are. */
  #passed({ room, rowCount }: FormedBatch<Slab>): SlabSource {
    const input = room.input(rowCount)
    const layout = this.#fields && projectLayout(input.layout, this.#fields)
    if (layout === undefined) throw new PipelineError('INTERNAL', 'a thread passed on columns that are no outputs')
    const batch = new RecordBatch(layout, input.buffer, rowCount)
    return room.source === undefined
      ? { batch, place: { kind: 'input', slab: room }, firstRow: 0, slab: room }
      : { ...room.source, batch }
  }
}

function outputOf({ room, rowCount: inputRows }: FormedBatch<Slab>, { spilled, parents }: DoneReply): SlabSource {
  const rowCount = parents?.length ?? inputRows
  if (spilled !== undefined) {
    const batch = new RecordBatch(layoutBatch(spilled.fields, spilled.capacity), spilled.buffer, rowCount)
    return { batch, place: { kind: 'spilled', output: spilled }, firstRow: 0, slab: room }
  }
  const batch = room.output(rowCount)
  if (batch !== undefined) return { batch, place: { kind: 'output', slab: room }, firstRow: 0, slab: room }
  throw new PipelineError('INTERNAL', 'a thread answered without saying where the outputs are')
}
