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
import { Dispatcher } from '../thread/dispatcher.ts'
import { WakeWord } from '../thread/ring.ts'
import { ServiceTimes } from '../thread/service-times.ts'
import { SlotKeeper } from '../thread/slot-keeper.ts'
import type { SlotLoss, SlotPort } from '../thread/slot-port.ts'
import { Watchdog } from '../thread/watchdog.ts'
import { BatchAnswers } from './batch-answers.ts'
import { BatchTeller } from './batch-teller.ts'
import type { Handover } from './hand-on.ts'
import { Handovers } from './handovers.ts'
import { homesOf, isAtHome } from './home-slot.ts'
import { ModelPlacement } from './model-placement.ts'
import { type HandoverTaker, OnwardRows, type OnwardShare } from './onward-rows.ts'
import { placeGauges } from './place-gauges.ts'
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
  /** A stream takes the time it takes. */
  readonly #watchdog: Watchdog | undefined
  /** Undefined where the stage's handler takes no model. */
  readonly models: ModelPlacement | undefined
  readonly #recorder: StageRecorder
  readonly #streams: StageStreams | undefined
  readonly #answers: BatchAnswers
  readonly #onward = new OnwardRows()
  readonly #handovers: Handovers
  #isTurnDue = false
  #isLookWanted = false
  #whenEmpty: (() => void)[] = []

  constructor(parts: RunningStageParts) {
    const { stage, rows = 'requests', clock, pool, log, logLevel, tracer, modelled } = parts
    const { batch: policy, queue, concurrency } = stage.config
    const output = stage.output?.fields
    this.#parts = parts
    this.#recorder = new StageRecorder(stage.name)
    this.#rooms = new StageRooms(pool, { maxRows: policy.maxRows, columnBytes: stage.config.columnBytes, output })
    const onCopied = (reason: string, bytes: number): void => this.#recorder.copied(reason, bytes)
    this.#batcher = new Batcher({
      policy,
      queue,
      clock,
      rooms: this.#rooms,
      owner: {
        onReady: () => this.#lookAtEndOfTurn(),
        onAbandoned: (batch) => this.#takeBack(batch),
        startedBatches: () => this.#dispatcher.begun(),
        onCopied,
        onDefect: (err) => log.error({ err, stage: stage.name }, 'An answer could not be delivered.'),
      },
    })
    this.#streams = createStageStreams({ stage, batcher: this.#batcher, slots: () => this.#keeper.slots, log })
    this.#answers = new BatchAnswers({
      stage,
      clock,
      batcher: this.#batcher,
      rooms: this.#rooms,
      serviceTimes: this.#serviceTimes,
      recorder: this.#recorder,
      teller: new BatchTeller({ stage, rows, log, logLevel, tracer }),
      streams: this.#streams,
      onward: this.#onward,
      onAnswered: () => this.#keeper.answered(),
    })
    this.#handovers = new Handovers({ stage, rooms: this.#rooms, batcher: this.#batcher, log, onCopied })
    const onWake = (): void => this.#lookAtEndOfTurn()
    this.#keeper = new SlotKeeper({
      threads: stage.config.threads,
      createSlot: slotFactory(stage),
      clock,
      log,
      data: stageData(parts),
      slot: { concurrency, awake: this.#awake, pool, onWake, onStreams: this.#streams?.take },
      recycle: stage.config.recycle,
      blames: rows === 'run' ? 'batches' : 'threads',
      onLost: (slot, loss) => this.#lost(slot, loss),
      onReplaced: (slot, notBegun) => this.#vacate(slot, notBegun, 'renewed'),
      onServing: () => this.#lookAtEndOfTurn(),
      onCrashLoop: parts.onCrashLoop,
    })
    const homeOf = homesOf(stage.config)
    this.models =
      modelled &&
      new ModelPlacement({
        slots: this.#keeper.slots,
        limits: modelled.limits,
        homeOf,
        clock,
        log,
        onSettled: (result, loadMs) => {
          this.#recorder.modelLoad(result, loadMs)
          this.#lookAtEndOfTurn()
        },
        onDue: () => this.#lookAtEndOfTurn(),
        onRefused: (groupKey, error) => this.#batcher.failGroup(groupKey, error),
      })
    const models = this.models
    this.#dispatcher = new Dispatcher({
      slots: this.#keeper.slots,
      serviceTimes: this.#serviceTimes,
      concurrency,
      prepares: rows === 'run' ? 'always' : 'fast',
      canRun: (slot, group) => isAtHome(slot, homeOf(group)) && (models?.canRun(slot, group) ?? true),
      onSent: (slot, batch) => {
        this.#recorder.sent(batch, clock.now())
        models?.touch(slot, batch)
        this.#keeper.sent(slot)
        this.#watchdog?.watch(batch)
      },
    })
    if (stage.events !== undefined) return
    this.#watchdog = new Watchdog({
      slots: this.#keeper.slots,
      stage,
      clock,
      onLate: (batch, error) => this.#batcher.fail(batch, error),
      onHampered: (slot) => this.#keeper.recycle(slot),
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

  get config(): StageConfig {
    return this.#parts.stage.config
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

  /** Replaces every slot, one after another and without a gap. Rejects when the other build does not start. */
  async restart(appUrl: string): Promise<void> {
    await this.#keeper.renewAll(appUrl)
  }

  /** See `Batcher.reserve`. */
  reserve(rowCount: number): void {
    this.#batcher.reserve(rowCount)
  }

  unreserve(rowCount: number): void {
    this.#batcher.unreserve(rowCount)
    if (this.#whenEmpty.length > 0) this.#lookAtEndOfTurn()
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
    return [...this.#dispatcher.begun()].some(({ spans }) => spans.some((span) => span.ticket === ticket))
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
    this.models?.stop()
    this.#watchdog?.stop()
    for (const slot of this.#keeper.slots) for (const batch of slot.inFlight) this.#batcher.fail(batch, error)
    await this.#keeper.stop()
    for (const { inFlight } of this.#keeper.slots) for (const { room } of inFlight.splice(0)) this.#rooms.release(room)
    this.#settleDrain()
  }

  stats(): StageStats {
    for (const batch of this.#dispatcher.begun()) this.#batcher.started(batch)
    const { queuedRows, queuedBytes } = this.#batcher
    const held = this.#dispatcher.held(this.#parts.clock.now())
    const others = { streams: this.#streams?.stats, ...placeGauges(this.#parts.stage) }
    const gauges = { queuedRows, queuedBytes, ...held, servingSlots: this.#keeper.servingSlots, ...others }
    return this.#recorder.stats(gauges, { ...this.#keeper.stats(), cache: this.models?.stats() })
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
    const ended = this.#dispatcher.takeEnded()
    if (ended.length > 0) this.#pump()
    // Answers give memory back, and rows that waited for it become ready.
    this.#isLookWanted = false
    for (const one of ended) this.#answers.answer(one)
    this.#keeper.settle()
    this.#wakeWord.fallAsleep()
    this.#isTurnDue = false
    if (this.#isLookWanted || this.#keeper.slots.some((slot) => slot.hasEnded)) this.#lookAtEndOfTurn()
    if (this.#whenEmpty.length > 0) this.#settleDrain()
  }

  #pump(): void {
    this.models?.load(this.#batcher.waitingBatches())
    this.#dispatcher.pump(this.#batcher)
  }

  #takeBack(batch: FormedBatch): void {
    const revoked = this.#dispatcher.revoke(batch)
    if (revoked !== undefined) this.#batcher.giveBack(revoked)
    else if (this.#streams !== undefined) this.#streams.abandoned(batch)
    else if (batch.liveRows === 0) this.#dispatcher.giveUp(batch)
  }

  #lost(slot: SlotPort, loss: SlotLoss): void {
    const { error, begun, notBegun, ended = [], reason = 'lost', freed = Promise.resolve() } = loss
    for (const one of ended) this.#answers.answer(one)
    this.#vacate(slot, notBegun, reason)
    for (const batch of begun) this.#answers.fail(batch, error)
    void freed.then(() => begun.forEach((batch) => this.#batcher.retire(batch)))
    this.#settleDrain()
  }

  #vacate(slot: SlotPort, notBegun: readonly FormedBatch<Slab>[], reason: string): void {
    this.#recorder.restarted(reason, slot.number)
    this.models?.forget(slot)
    for (const batch of notBegun) this.#batcher.giveBack(batch)
  }

  #isEmpty(): boolean {
    return this.#batcher.isEmpty && this.#dispatcher.inFlightBatches === 0
  }

  #settleDrain(): void {
    if (this.#isEmpty()) for (const resolve of this.#whenEmpty.splice(0)) resolve()
  }
}
