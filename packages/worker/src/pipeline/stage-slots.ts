import type { Batcher, FormedBatch, PipelineError } from '@redesmyn/core'
import type { Slab } from '../memory/slab.ts'
import type { StageStreams } from '../stream/stage-streams.ts'
import { Dispatcher } from '../thread/dispatcher.ts'
import type { ServiceTimes } from '../thread/service-times.ts'
import { type KeeperStats, SlotKeeper } from '../thread/slot-keeper.ts'
import type { EndedOnSlot, SlotLoss, SlotPort } from '../thread/slot-port.ts'
import { Watchdog } from '../thread/watchdog.ts'
import { homesOf, isAtHome } from './home-slot.ts'
import { ModelPlacement } from './model-placement.ts'
import type { RunningStageParts } from './running-stage-parts.ts'
import { slotFactory } from './slot-factory.ts'
import { stageData } from './stage-data.ts'
import type { StageRecorder } from './stage-recorder.ts'
import type { TurnLook } from './turn-look.ts'

export interface StageSlotsParts {
  readonly stage: RunningStageParts
  readonly batcher: Batcher<Slab>
  readonly serviceTimes: ServiceTimes
  readonly recorder: StageRecorder
  readonly streams: StageStreams | undefined
  readonly turn: TurnLook<EndedOnSlot>
  /** A slot is gone: whoever waits for its rows is to be told, and it is to be vacated. */
  readonly onLost: (slot: SlotPort, loss: SlotLoss) => void
}

type HomeOf = ReturnType<typeof homesOf>

/** The slots of a stage: which batch goes to which, which loads which model, and what becomes of those that are lost or late. */
export class StageSlots {
  /** Undefined where the stage's handler takes no model. */
  readonly models: ModelPlacement | undefined
  readonly #parts: StageSlotsParts
  readonly #keeper: SlotKeeper
  readonly #dispatcher: Dispatcher
  /** A stream takes the time it takes. */
  readonly #watchdog: Watchdog | undefined

  constructor(parts: StageSlotsParts) {
    const { stage } = parts.stage
    this.#parts = parts
    this.#keeper = this.#createKeeper()
    const homeOf = homesOf(stage.config)
    this.models = this.#createModels(homeOf)
    this.#dispatcher = this.#createDispatcher(homeOf)
    this.#watchdog = stage.events === undefined ? this.#createWatchdog() : undefined
  }

  /** Those that are leaving as well. */
  get all(): readonly SlotPort[] {
    return this.#keeper.slots
  }

  get servingSlots(): number {
    return this.#keeper.servingSlots
  }

  get inFlightBatches(): number {
    return this.#dispatcher.inFlightBatches
  }

  /** What slots hold now, and how long those batches that they run have been with them, added up. */
  held(): { readonly inFlightBatches: number; readonly openMs: number } {
    return this.#dispatcher.held(this.#parts.stage.clock.now())
  }

  get hasEnded(): boolean {
    return this.all.some((slot) => slot.hasEnded)
  }

  /** Rejects with what went wrong in the first that fails. */
  async start(): Promise<void> {
    await this.#keeper.start()
  }

  async renewAll(appUrl: string): Promise<void> {
    await this.#keeper.renewAll(appUrl)
  }

  /** Gives every slot what it can take now. */
  pump(): void {
    const { batcher } = this.#parts
    this.models?.load(batcher.waitingBatches())
    this.#dispatcher.pump(batcher)
  }

  takeEnded(): readonly EndedOnSlot[] {
    return this.#dispatcher.takeEnded()
  }

  /** The batches that threads have begun. */
  begun(): Iterable<FormedBatch<Slab>> {
    return this.#dispatcher.begun()
  }

  /** Takes a batch back from the slot that holds it, unless its thread has begun. */
  revoke(batch: FormedBatch): FormedBatch<Slab> | undefined {
    return this.#dispatcher.revoke(batch)
  }

  /** Nobody waits for a batch any more that a slot has begun. */
  giveUp(batch: FormedBatch): void {
    this.#dispatcher.giveUp(batch)
  }

  /** A batch came back with answers. */
  answered(): void {
    this.#keeper.answered()
  }

  /** All that has ended was answered. */
  settle(): void {
    this.#keeper.settle()
  }

  /** The slot is gone, and batches that it had not begun go elsewhere. */
  vacate(slot: SlotPort, notBegun: readonly FormedBatch<Slab>[], reason: string): void {
    const { recorder, batcher } = this.#parts
    recorder.restarted(reason, slot.number)
    this.models?.forget(slot)
    for (const batch of notBegun) batcher.giveBack(batch)
  }

  /** Ends the threads; their batches fail with this error at once, and are returned once no thread holds them. */
  async stop(error: PipelineError): Promise<readonly FormedBatch<Slab>[]> {
    this.models?.stop()
    this.#watchdog?.stop()
    for (const { inFlight } of this.all) for (const batch of inFlight) this.#parts.batcher.fail(batch, error)
    await this.#keeper.stop()
    return this.all.flatMap(({ inFlight }) => inFlight.splice(0))
  }

  stats(): KeeperStats {
    return this.#keeper.stats()
  }

  #createKeeper(): SlotKeeper {
    const { streams, turn, onLost } = this.#parts
    const { stage, rows = 'requests', clock, pool, log, onCrashLoop } = this.#parts.stage
    const { threads, concurrency, recycle } = stage.config
    const onWake = (): void => turn.ask()
    return new SlotKeeper({
      threads,
      createSlot: slotFactory(stage),
      clock,
      log,
      data: stageData(this.#parts.stage),
      slot: { concurrency, awake: turn.awake, pool, onWake, onStreams: streams?.take },
      recycle,
      blames: rows === 'run' ? 'batches' : 'threads',
      onLost,
      onReplaced: (slot, notBegun) => this.vacate(slot, notBegun, 'renewed'),
      onServing: onWake,
      onCrashLoop,
    })
  }

  #createModels(homeOf: HomeOf): ModelPlacement | undefined {
    const { batcher, recorder, turn } = this.#parts
    const { modelled, clock, log } = this.#parts.stage
    if (modelled === undefined) return undefined
    return new ModelPlacement({
      slots: this.#keeper.slots,
      limits: modelled.limits,
      homeOf,
      clock,
      log,
      onSettled: (result, loadMs) => {
        recorder.modelLoad(result, loadMs)
        turn.ask()
      },
      onDue: () => turn.ask(),
      onRefused: (groupKey, error) => batcher.failGroup(groupKey, error),
    })
  }

  #createDispatcher(homeOf: HomeOf): Dispatcher {
    const { serviceTimes, recorder } = this.#parts
    const { stage, rows = 'requests', clock } = this.#parts.stage
    const { models } = this
    return new Dispatcher({
      slots: this.#keeper.slots,
      serviceTimes,
      concurrency: stage.config.concurrency,
      prepares: rows === 'run' ? 'always' : 'fast',
      canRun: (slot, group) => isAtHome(slot, homeOf(group)) && (models?.canRun(slot, group) ?? true),
      onSent: (slot, batch) => {
        recorder.sent(batch, clock.now())
        models?.touch(slot, batch)
        this.#keeper.sent(slot)
        this.#watchdog?.watch(batch)
      },
    })
  }

  #createWatchdog(): Watchdog {
    const { batcher } = this.#parts
    const { stage, clock } = this.#parts.stage
    return new Watchdog({
      slots: this.#keeper.slots,
      stage,
      clock,
      onLate: (batch, error) => batcher.fail(batch, error),
      onHampered: (slot) => this.#keeper.recycle(slot),
    })
  }
}
