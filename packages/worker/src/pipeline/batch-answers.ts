import { type AnyStage, type Batcher, type Clock, type FormedBatch, fromErrorData, PipelineError } from '@redesmyn/core'
import type { Slab } from '../memory/slab.ts'
import type { StageStreams } from '../stream/stage-streams.ts'
import type { ServiceTimes } from '../thread/service-times.ts'
import type { EndedOnSlot } from '../thread/slot-port.ts'
import type { BatchTeller } from './batch-teller.ts'
import type { OnwardRows } from './onward-rows.ts'
import { type DoneReply, OutcomeReader, type StreamedReply } from './outcome-reader.ts'
import type { StageRecorder } from './stage-recorder.ts'
import type { StageRooms } from './stage-rooms.ts'

export interface BatchAnswersParts {
  readonly stage: AnyStage
  readonly clock: Clock
  readonly batcher: Batcher<Slab>
  readonly rooms: StageRooms
  readonly serviceTimes: ServiceTimes
  readonly recorder: StageRecorder
  readonly teller: BatchTeller
  readonly streams: StageStreams | undefined
  readonly onward: OnwardRows
  /** A batch came back with answers. */
  readonly onAnswered: () => void
}

/** Tells the waiters of batches what came of them, and what was learnt by it. */
export class BatchAnswers {
  readonly #parts: BatchAnswersParts
  readonly #outcomes: OutcomeReader

  constructor(parts: BatchAnswersParts) {
    this.#parts = parts
    this.#outcomes = new OutcomeReader(parts.stage.output?.fields)
  }

  /** The batch is over, and its memory free. */
  answer({ batch, reply }: EndedOnSlot): void {
    if (reply.kind === 'done' || reply.kind === 'streamed') this.#deliver(batch, reply)
    else if (reply.kind === 'failed') this.fail(batch, fromErrorData(reply.error))
    this.#parts.batcher.retire(batch)
  }

  /** Fails whoever waits for a row of the batch; its memory stays. */
  fail(batch: FormedBatch<Slab>, error: PipelineError): void {
    const { recorder, teller, batcher, streams, clock } = this.#parts
    recorder.failed(batch.rowCount)
    teller.failed(batch, error, clock.now())
    batcher.fail(batch, error)
    streams?.forget(batch)
  }

  #deliver(batch: FormedBatch<Slab>, reply: DoneReply | StreamedReply): void {
    const { stage, clock, serviceTimes, recorder, streams, onward, onAnswered } = this.#parts
    onAnswered()
    const { handlerMs } = batch.room.header
    serviceTimes.add(handlerMs)
    recorder.done(batch.rowCount, reply.kind === 'done' ? (reply.rejects?.length ?? 0) : 0, handlerMs)
    if (reply.kind === 'streamed') return streams?.ended(batch)
    this.#learn(batch, reply)
    const backAtMs = clock.now()
    try {
      const outcome = this.#outcomes.read(batch, reply)
      this.#parts.batcher.deliver(batch, outcome)
      const endedAtMs = clock.now()
      recorder.delivered(batch, { handlerMs, backAtMs, endedAtMs })
      this.#parts.teller.served(batch, handlerMs, endedAtMs)
      const { output, config } = stage
      onward.send(() => ({ source: outcome.source, isChecked: output !== undefined, policy: config.batch }))
    } catch (cause) {
      this.fail(batch, new PipelineError('INTERNAL', 'the answer of a thread could not be read', { cause }))
    }
  }

  /** A batch that ran out of room teaches the next slabs. */
  #learn(batch: FormedBatch<Slab>, { spilled }: DoneReply): void {
    const { rooms, stage } = this.#parts
    if (batch.reason === 'bytes') rooms.growInput(batch.group.fields)
    if (spilled !== undefined && stage.output !== undefined) rooms.growOutput(batch.room, spilled.capacity)
  }
}
