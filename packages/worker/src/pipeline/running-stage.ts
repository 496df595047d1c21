import {
  Batcher,
  type Field,
  type FormedBatch,
  PipelineError,
  type StageConfig,
  type Ticket,
  type Waiter,
} from '@redesmyn/core'
import type { Slab } from '../memory/slab.ts'
import { createStageStreams, type StageStreams } from '../stream/stage-streams.ts'
import { ServiceTimes } from '../thread/service-times.ts'
import type { EndedOnSlot, SlotLoss, SlotPort } from '../thread/slot-port.ts'
import { BatchAnswers } from './batch-answers.ts'
import { BatchTeller } from './batch-teller.ts'
import type { Handover } from './hand-on.ts'
import { Handovers } from './handovers.ts'
import type { ModelPlacement } from './model-placement.ts'
import { type HandoverTaker, OnwardRows, type OnwardShare } from './onward-rows.ts'
import { placeGauges } from './place-gauges.ts'
import type { RunningStageParts } from './running-stage-parts.ts'
import type { StagePort } from './stage-port.ts'
import { StageRecorder } from './stage-recorder.ts'
import { StageRooms } from './stage-rooms.ts'
import { StageSlots } from './stage-slots.ts'
import type { StageStats } from './stage-stats.ts'
import { TurnLook } from './turn-look.ts'

/** A stage at work: rows come in through `submit`, travel in batches through the slots, and go back to their waiters. */
export class RunningStage implements StagePort, HandoverTaker {
  readonly #parts: RunningStageParts
  readonly #turn: TurnLook<EndedOnSlot>
  readonly #rooms: StageRooms
  readonly #batcher: Batcher<Slab>
  readonly #serviceTimes = new ServiceTimes()
  readonly #slots: StageSlots
  readonly #recorder: StageRecorder
  readonly #streams: StageStreams | undefined
  readonly #answers: BatchAnswers
  readonly #onward = new OnwardRows()
  readonly #handovers: Handovers
  readonly #whenEmpty: (() => void)[] = []

  constructor(parts: RunningStageParts) {
    const { stage, clock, pool, log } = parts
    const { batch: policy, columnBytes } = stage.config
    const output = stage.output?.fields
    this.#parts = parts
    this.#turn = new TurnLook(clock, {
      take: () => this.#sendAndTake(),
      answer: (ended) => this.#answer(ended),
      hasMore: () => this.#slots.hasEnded,
    })
    this.#recorder = new StageRecorder(stage.name)
    this.#rooms = new StageRooms(pool, { maxRows: policy.maxRows, columnBytes, output })
    const onCopied = (reason: string, bytes: number): void => this.#recorder.copied(reason, bytes)
    this.#batcher = this.#createBatcher(onCopied)
    this.#streams = createStageStreams({ stage, batcher: this.#batcher, slots: () => this.#slots.all, log })
    this.#answers = this.#createAnswers()
    this.#handovers = new Handovers({ stage, rooms: this.#rooms, batcher: this.#batcher, log, onCopied })
    this.#slots = new StageSlots({
      stage: parts,
      batcher: this.#batcher,
      serviceTimes: this.#serviceTimes,
      recorder: this.#recorder,
      streams: this.#streams,
      turn: this.#turn,
      onLost: (slot, loss) => this.#lost(slot, loss),
    })
  }

  /** Starts every slot and loads the app there; rejects with what went wrong in the first that fails. */
  async start(): Promise<void> {
    await this.#slots.start()
  }

  get name(): string {
    return this.#parts.stage.name
  }

  /** The columns it declares to take; `undefined`: whatever comes. */
  get inputFields(): readonly Field[] | undefined {
    return this.#parts.stage.input?.fields
  }

  get config(): StageConfig {
    return this.#parts.stage.config
  }

  get isReady(): boolean {
    return this.#slots.servingSlots > 0
  }

  /** Undefined where the stage's handler takes no model. */
  get models(): ModelPlacement | undefined {
    return this.#slots.models
  }

  submit(waiter: Waiter): Ticket {
    return this.#batcher.submit(waiter)
  }

  cancel(ticket: Ticket): void {
    this.#batcher.cancel(ticket)
  }

  /** Replaces every slot, one after another and without a gap. Rejects when the other build does not start. */
  async restart(appUrl: string): Promise<void> {
    await this.#slots.renewAll(appUrl)
  }

  /** See `Batcher.reserve`. */
  reserve(rowCount: number): void {
    this.#batcher.reserve(rowCount)
  }

  unreserve(rowCount: number): void {
    this.#batcher.unreserve(rowCount)
    if (this.#whenEmpty.length > 0) this.#turn.ask()
  }

  /** Somebody else has copied what this stage made, because rows of it were lost or lay apart. */
  countCopy(reason: 'holes' | 'join', bytes: number): void {
    this.#recorder.copied(reason, bytes)
  }

  /** Sends rows on when all of the batch have been told; only while it is being delivered. */
  sendOn(share: OnwardShare): void {
    this.#onward.add(share)
  }

  /** Whether a slot has begun a batch with rows of the ticket, whatever became of it. Not to be asked of one that was answered. */
  hasBegun(ticket: Ticket): boolean {
    return [...this.#slots.begun()].some(({ spans }) => spans.some((span) => span.ticket === ticket))
  }

  /** Takes rows of an earlier stage, for which room was kept. */
  receive(handover: Handover): void {
    this.#handovers.take(handover)
  }

  /** Takes no more rows; resolves when all that were accepted have their answers. */
  async drain(): Promise<void> {
    this.#batcher.drain()
    if (!this.#isEmpty()) await new Promise<void>((resolve) => this.#whenEmpty.push(resolve))
  }

  /** Ends now: whoever still waits hears DRAINING, and the threads are ended. */
  async stop(): Promise<void> {
    const error = new PipelineError('DRAINING', 'the server has stopped')
    this.#handovers.stop(error)
    this.#batcher.stop(error)
    for (const { room } of await this.#slots.stop(error)) this.#rooms.release(room)
    this.#settleDrain()
  }

  stats(): StageStats {
    for (const batch of this.#slots.begun()) this.#batcher.started(batch)
    const { queuedRows, queuedBytes } = this.#batcher
    const { servingSlots } = this.#slots
    const held = this.#slots.held()
    const others = { streams: this.#streams?.stats, ...placeGauges(this.#parts.stage) }
    const gauges = { queuedRows, queuedBytes, ...held, servingSlots, ...others }
    return this.#recorder.stats(gauges, { ...this.#slots.stats(), cache: this.models?.stats() })
  }

  /** Slots get their next batches before the answers of the last ones are written: they run side by side. */
  #sendAndTake(): readonly EndedOnSlot[] {
    this.#slots.pump()
    const ended = this.#slots.takeEnded()
    if (ended.length > 0) this.#slots.pump()
    return ended
  }

  /** Answers give memory back, and rows that waited for it become ready. */
  #answer(ended: readonly EndedOnSlot[]): void {
    for (const one of ended) this.#answers.answer(one)
    this.#slots.settle()
    if (this.#whenEmpty.length > 0) this.#settleDrain()
  }

  #takeBack(batch: FormedBatch): void {
    const revoked = this.#slots.revoke(batch)
    if (revoked !== undefined) this.#batcher.giveBack(revoked)
    else if (this.#streams !== undefined) this.#streams.abandoned(batch)
    else if (batch.liveRows === 0) this.#slots.giveUp(batch)
  }

  #lost(slot: SlotPort, loss: SlotLoss): void {
    const { error, begun, notBegun, ended = [], reason = 'lost', freed = Promise.resolve() } = loss
    for (const one of ended) this.#answers.answer(one)
    this.#slots.vacate(slot, notBegun, reason)
    for (const batch of begun) this.#answers.fail(batch, error)
    void freed.then(() => begun.forEach((batch) => this.#batcher.retire(batch)))
    this.#settleDrain()
  }

  #isEmpty(): boolean {
    return this.#batcher.isEmpty && this.#slots.inFlightBatches === 0
  }

  #settleDrain(): void {
    if (this.#isEmpty()) for (const resolve of this.#whenEmpty.splice(0)) resolve()
  }

  #createBatcher(onCopied: (reason: string, bytes: number) => void): Batcher<Slab> {
    const { stage, clock, log } = this.#parts
    return new Batcher({
      policy: stage.config.batch,
      queue: stage.config.queue,
      clock,
      rooms: this.#rooms,
      owner: {
        onReady: () => this.#turn.ask(),
        onAbandoned: (batch) => this.#takeBack(batch),
        startedBatches: () => this.#slots.begun(),
        onCopied,
        onDefect: (err) => log.error({ err, stage: stage.name }, 'An answer could not be delivered.'),
      },
    })
  }

  #createAnswers(): BatchAnswers {
    const { stage, rows = 'requests', clock, log, logLevel, tracer } = this.#parts
    return new BatchAnswers({
      stage,
      clock,
      batcher: this.#batcher,
      rooms: this.#rooms,
      serviceTimes: this.#serviceTimes,
      recorder: this.#recorder,
      teller: new BatchTeller({ stage, rows, log, logLevel, tracer }),
      streams: this.#streams,
      onward: this.#onward,
      onAnswered: () => this.#slots.answered(),
    })
  }
}
