import {
  Batcher,
  type Field,
  type FormedBatch,
  fromErrorData,
  PipelineError,
  type Ticket,
  type Waiter,
} from '@redesmyn/core'
import type { Slab } from '../memory/slab.ts'
import { Dispatcher } from '../thread/dispatcher.ts'
import { WakeWord } from '../thread/ring.ts'
import { ServiceTimes } from '../thread/service-times.ts'
import { SlotKeeper } from '../thread/slot-keeper.ts'
import type { EndedOnSlot, SlotLoss, SlotPort } from '../thread/slot-port.ts'
import { BatchTeller } from './batch-teller.ts'
import type { Handover } from './hand-on.ts'
import { Handovers } from './handovers.ts'
import { ModelPlacement } from './model-placement.ts'
import { type DoneReply, OutcomeReader } from './outcome-reader.ts'
import { type HandoverTaker, OnwardRows, type OnwardShare } from './onward-rows.ts'
import type { RunningStageParts } from './running-stage-parts.ts'
import { slotFactory } from './slot-factory.ts'
import type { StagePort } from './stage-port.ts'
import { stageData } from './stage-data.ts'
import { StageRecorder } from './stage-recorder.ts'
import { StageRooms } from './stage-rooms.ts'
import type { StageStats } from './stage-stats.ts'

/** A stage at work: rows come in through `submit`, travel in batches through the slots, and go back to their waiters. */
export class RunningStage implements StagePort, HandoverTaker {
  readonly #parts: RunningStageParts
  /** Whether threads may leave the ends of batches for this thread to find. */
  readonly #awake = new SharedArrayBuffer(Int32Array.BYTES_PER_ELEMENT)
  readonly #wakeWord = new WakeWord(new Int32Array(this.#awake), 0)
  readonly #rooms: StageRooms
  readonly #batcher: Batcher<Slab>
  readonly #serviceTimes = new ServiceTimes()
  readonly #keeper: SlotKeeper
  readonly #dispatcher: Dispatcher
  /** Undefined where the stage's handler takes no model. */
  readonly models: ModelPlacement | undefined
  readonly #outcomes: OutcomeReader
  readonly #recorder: StageRecorder
  readonly #teller: BatchTeller
  readonly #onward = new OnwardRows()
  readonly #handovers: Handovers
  #isTurnDue = false
  #isLookWanted = false
  #whenEmpty: (() => void)[] = []

  constructor(parts: RunningStageParts) {
    const { stage, clock, pool, log, logLevel, tracer, modelled } = parts
    const { batch: policy, queue, concurrency } = stage.config
    const output = stage.output?.fields
    this.#parts = parts
    this.#recorder = new StageRecorder(stage.name)
    this.#teller = new BatchTeller({ stage: stage.name, log, logLevel, tracer })
    this.#outcomes = new OutcomeReader(output)
    this.#rooms = new StageRooms(pool, { maxRows: policy.maxRows, columnBytes: stage.config.columnBytes, output })
    this.#batcher = new Batcher({
      policy,
      queue,
      clock,
      rooms: this.#rooms,
      owner: {
        onReady: () => this.#lookAtEndOfTurn(),
        onAbandoned: (batch) => this.#takeBack(batch),
        startedBatches: () => this.#dispatcher.begun(),
        onCopied: (reason, bytes) => this.#recorder.copied(reason, bytes),
        onDefect: (err) => log.error({ err, stage: stage.name }, 'An answer could not be delivered.'),
      },
    })
    this.#handovers = new Handovers({
      stage,
      rooms: this.#rooms,
      batcher: this.#batcher,
      log,
      onCopied: (reason, bytes) => this.#recorder.copied(reason, bytes),
    })
    this.#keeper = new SlotKeeper({
      threads: stage.config.threads,
      createSlot: slotFactory(stage.config),
      clock,
      log,
      data: stageData(parts),
      slot: { concurrency, awake: this.#awake, pool, onWake: () => this.#lookAtEndOfTurn() },
      onLost: (slot, loss) => this.#lost(slot, loss),
      onServing: () => this.#lookAtEndOfTurn(),
    })
    this.models =
      modelled &&
      new ModelPlacement({
        slots: this.#keeper.slots,
        limits: modelled.limits,
        clock,
        log,
        onSettled: (result, loadMs) => this.#settledLoad(result, loadMs),
        onDue: () => this.#lookAtEndOfTurn(),
        onRefused: (groupKey, error) => this.#batcher.failGroup(groupKey, error),
      })
    const models = this.models
    this.#dispatcher = new Dispatcher({
      slots: this.#keeper.slots,
      serviceTimes: this.#serviceTimes,
      concurrency,
      canRun: models === undefined ? () => true : (slot, group) => models.canRun(slot, group),
      onSent: (slot, batch) => {
        this.#recorder.sent(batch, clock.now())
        models?.touch(slot, batch)
      },
    })
  }

  /** Starts every slot and loads the app there; rejects with what went wrong in the first that fails. */
  async start(): Promise<void> {
    await this.#keeper.start()
  }

  get name(): string {
    return this.#parts.stage.name
  }

  /** The columns it declares to take; `undefined`: whatever comes. */
  get inputFields(): readonly Field[] | undefined {
    return this.#parts.stage.input?.fields
  }

  get isReady(): boolean {
    return this.#keeper.servingSlots > 0
  }

  submit(waiter: Waiter): Ticket {
    return this.#batcher.submit(waiter)
  }

  cancel(ticket: Ticket): void {
    this.#batcher.cancel(ticket)
  }

  /** See `Batcher.reserve`. */
  reserve(rowCount: number): void {
    this.#batcher.reserve(rowCount)
  }

  unreserve(rowCount: number): void {
    this.#batcher.unreserve(rowCount)
    if (this.#whenEmpty.length > 0) this.#lookAtEndOfTurn()
  }

  /** Sends rows on when all of the batch have been told; only while it is being delivered. */
  sendOn(share: OnwardShare): void {
    this.#onward.add(share)
  }

  /** Takes rows of an earlier stage, for which room was kept. */
  receive(handover: Handover): void {
    this.#handovers.take(handover)
  }

  /** Takes no more rows; resolves when all that were accepted have their answers. */
  async drain(): Promise<void> {
    this.#batcher.drain()
    if (this.#isEmpty) return
    await new Promise<void>((resolve) => this.#whenEmpty.push(resolve))
  }

  /** Ends now: whoever still waits hears DRAINING, and the threads are ended. */
  async stop(): Promise<void> {
    const error = new PipelineError('DRAINING', 'the server has stopped')
    this.#handovers.stop(error)
    this.#batcher.stop(error)
    this.models?.stop()
    for (const slot of this.#keeper.slots) for (const batch of slot.inFlight) this.#batcher.fail(batch, error)
    await this.#keeper.stop()
    for (const slot of this.#keeper.slots) for (const batch of slot.inFlight.splice(0)) this.#rooms.release(batch.room)
    this.#settleDrain()
  }

  stats(): StageStats {
    for (const batch of this.#dispatcher.begun()) this.#batcher.started(batch)
    const gauges = {
      queuedRows: this.#batcher.queuedRows,
      queuedBytes: this.#batcher.queuedBytes,
      inFlightBatches: this.#dispatcher.inFlightBatches,
      servingSlots: this.#keeper.servingSlots,
    }
    return this.#recorder.stats(gauges, { ...this.#keeper.stats(), cache: this.models?.stats() })
  }

  get #isEmpty(): boolean {
    return this.#batcher.isEmpty && this.#dispatcher.inFlightBatches === 0
  }

  /** While a look is due, threads need not send messages about batches that have ended. */
  #lookAtEndOfTurn(): void {
    this.#isLookWanted = true
    if (this.#isTurnDue) return
    this.#isTurnDue = true
    this.#wakeWord.stayAwake()
    this.#parts.clock.endOfTurn(() => this.#look())
  }

  /** Slots get their next batches before the answers of the last ones are written: they run side by side. */
  #look(): void {
    this.#pump()
    const ended = this.#takeEnded()
    if (ended.length > 0) this.#pump()
    // Answers give memory back, and rows that waited for it become ready.
    this.#isLookWanted = false
    for (const { batch, reply } of ended) this.#answer(batch, reply)
    this.#wakeWord.fallAsleep()
    this.#isTurnDue = false
    if (this.#isLookWanted || this.#keeper.slots.some((slot) => slot.hasEnded)) this.#lookAtEndOfTurn()
    if (this.#whenEmpty.length > 0) this.#settleDrain()
  }

  #pump(): void {
    this.models?.load(this.#batcher.waitingBatches())
    this.#dispatcher.pump(this.#batcher)
  }

  #takeEnded(): readonly EndedOnSlot[] {
    const all: EndedOnSlot[] = []
    for (const slot of this.#keeper.slots) {
      for (let ended = slot.takeEnded(); ended !== undefined; ended = slot.takeEnded()) all.push(ended)
    }
    return all
  }

  #answer(batch: FormedBatch<Slab>, reply: EndedOnSlot['reply']): void {
    if (reply.kind === 'done') this.#deliver(batch, reply)
    else if (reply.kind === 'failed') this.#failed(batch, fromErrorData(reply.error))
    this.#batcher.retire(batch)
  }

  #deliver(batch: FormedBatch<Slab>, reply: DoneReply): void {
    const { handlerMs } = batch.room.header
    this.#serviceTimes.add(handlerMs)
    this.#recorder.done(batch.rowCount, reply.rejects?.length ?? 0, handlerMs)
    this.#learn(batch, reply)
    const { stage, clock } = this.#parts
    const backAtMs = clock.now()
    try {
      const outcome = this.#outcomes.read(batch, reply)
      this.#batcher.deliver(batch, outcome)
      const endedAtMs = clock.now()
      this.#recorder.delivered(batch, { handlerMs, backAtMs, endedAtMs })
      this.#teller.served(batch, handlerMs, endedAtMs)
      const { output, config } = stage
      this.#onward.send(() => ({ source: outcome.source, isChecked: output !== undefined, policy: config.batch }))
    } catch (cause) {
      this.#failed(batch, new PipelineError('INTERNAL', 'the answer of a thread could not be read', { cause }))
    }
  }

  /** A batch that ran out of room teaches the next slabs. */
  #learn(batch: FormedBatch<Slab>, { spilled }: DoneReply): void {
    if (batch.reason === 'bytes') this.#rooms.growInput(batch.group.fields)
    if (spilled !== undefined && this.#parts.stage.output !== undefined)
      this.#rooms.growOutput(batch.room, spilled.capacity)
  }

  #failed(batch: FormedBatch<Slab>, error: PipelineError): void {
    this.#recorder.failed(batch.rowCount)
    this.#teller.failed(batch, error, this.#parts.clock.now())
    this.#batcher.fail(batch, error)
  }

  #takeBack(batch: FormedBatch): void {
    const revoked = this.#dispatcher.revoke(batch)
    if (revoked !== undefined) this.#batcher.giveBack(revoked)
  }

  #lost(slot: SlotPort, { error, begun, notBegun }: SlotLoss): void {
    this.#recorder.restarted('lost', slot.number)
    this.models?.forget(slot)
    for (const batch of notBegun) this.#batcher.giveBack(batch)
    for (const batch of begun) {
      this.#failed(batch, error)
      this.#batcher.retire(batch)
    }
    this.#settleDrain()
  }

  #settledLoad(result: 'loaded' | 'failed', loadMs: number | undefined): void {
    this.#recorder.modelLoad(result, loadMs)
    this.#lookAtEndOfTurn()
  }

  #settleDrain(): void {
    if (!this.#isEmpty) return
    for (const resolve of this.#whenEmpty.splice(0)) resolve()
  }
}
