import { type Clock, type FormedBatch, type Log, PipelineError, type RecycleConfig } from '@redesmyn/core'
import { type HandlerSeries, StageSeries } from '../observe/handler-metrics/stage-series.ts'
import { observedBytes, seriesOffset } from '../observe/observed-memory.ts'
import { readVitals, type ThreadVitals } from '../observe/thread-vitals.ts'
import { threadControlBytes } from '../interop/native-guard.ts'
import type { Slab } from '../memory/slab.ts'
import { BackOff } from './back-off.ts'
import { addCopyCounts, copyCountsBytes, readCopyCounts } from './copy-counts.ts'
import { CrashLoop } from './crash-loop.ts'
import type { SlotData } from './protocol.ts'
import { Recycling } from './recycling.ts'
import type { LoopTimes, SlotFactory, SlotLoss, SlotParts, SlotPort } from './slot-port.ts'
import { SlotTurns } from './slot-turns.ts'

export interface SlotKeeperParts {
  readonly threads: number
  readonly createSlot: SlotFactory
  readonly clock: Clock
  readonly log: Log
  readonly data: Omit<SlotData, 'slot' | 'control' | 'copies' | 'observed'>
  readonly slot: Pick<SlotParts, 'concurrency' | 'awake' | 'pool' | 'onWake' | 'onStreams'>
  readonly recycle: RecycleConfig
  /**
   * What is to blame when a thread ends that has begun a batch. Where batches are, it is replaced at once: whoever sends
   * them sees to it that this comes to an end.
   */
  readonly blames: 'threads' | 'batches'
  readonly onLost: (slot: SlotPort, loss: SlotLoss) => void
  /** Another slot has taken the place of this one, which had not begun these batches. */
  readonly onReplaced: (slot: SlotPort, notBegun: readonly FormedBatch<Slab>[]) => void
  /** A new slot can take batches. */
  readonly onServing: () => void
  /** Once: the stage's threads end as soon as they are started. They are not started any more. */
  readonly onCrashLoop: (error: PipelineError) => void
}

/** What one slot of a stage can say of itself. */
export interface SlotStats extends ThreadVitals {
  readonly slot: number
  /** `undefined` where it cannot be seen from outside. */
  readonly loopTimes: LoopTimes | undefined
}

export interface KeeperStats {
  /** Bytes by reason. */
  readonly copiedInThreads: ReadonlyMap<string, number>
  readonly threads: readonly SlotStats[]
  readonly series: readonly HandlerSeries[]
  readonly droppedSeries: number
}

/**
 * Starts a stage's slots, puts new ones in the places of those that are lost, each place at its own pace, and in the
 * places of those that have served long enough, one after another and without a gap.
 */
export class SlotKeeper {
  readonly #parts: SlotKeeperParts
  /** By number; behind them those that are leaving. Others hold this array, so it is changed in place. */
  readonly #slots: SlotPort[]
  /** Lost, and yet not free: a native call still runs. */
  readonly #abandoned = new Set<SlotPort>()
  readonly #copies = new Map<SlotPort, SharedArrayBuffer>()
  readonly #pastCopies = new SharedArrayBuffer(copyCountsBytes)
  /** By number: whoever takes a place goes on counting there. */
  readonly #observed: readonly SharedArrayBuffer[]
  readonly #series: StageSeries
  readonly #backOffs = new Map<number, BackOff>()
  readonly #restarts = new Set<() => void>()
  readonly #crashLoop = new CrashLoop()
  readonly #recycling: Recycling
  readonly #turns: SlotTurns
  #appUrl: string
  #state: 'open' | 'crash-looping' | 'stopped' = 'open'

  constructor(parts: SlotKeeperParts) {
    this.#parts = parts
    this.#appUrl = parts.data.appUrl
    this.#recycling = new Recycling({
      config: parts.recycle,
      clock: parts.clock,
      onDue: (slot) => this.recycle(slot),
    })
    this.#turns = new SlotTurns()
    this.#observed = Array.from({ length: parts.threads }, () => new SharedArrayBuffer(observedBytes))
    this.#series = new StageSeries(this.#observed, seriesOffset)
    this.#slots = Array.from({ length: parts.threads }, (_, index) => this.#create(index + 1))
  }

  get slots(): readonly SlotPort[] {
    return this.#slots
  }

  get servingSlots(): number {
    return this.#slots.filter(({ state }) => state === 'serving' || state === 'loading').length
  }

  /** What the slots have counted, by themselves and for their handlers. */
  stats(): KeeperStats {
    return {
      copiedInThreads: readCopyCounts([...this.#copies.values(), this.#pastCopies]),
      threads: this.#slots.slice(0, this.#parts.threads).map(({ number, loopTimes }, index) => {
        return { slot: number, loopTimes, ...readVitals(this.#observed[index]) }
      }),
      series: this.#series.read(),
      droppedSeries: this.#series.dropped,
    }
  }

  /** Rejects with what went wrong in the first slot that cannot start; the others are ended by `stop`. */
  async start(): Promise<void> {
    await Promise.all(this.#slots.map((slot) => this.#startSlot(slot)))
  }

  async stop(): Promise<void> {
    this.#state = 'stopped'
    for (const cancel of this.#restarts) cancel()
    this.#restarts.clear()
    this.#recycling.stop()
    this.#turns.stop()
    await Promise.all([...this.#copies.keys(), ...this.#abandoned].map((slot) => slot.stop()))
  }

  /** A batch went to the slot. */
  sent(slot: SlotPort): void {
    this.#recycling.sent(slot)
  }

  /** A batch was answered. */
  answered(): void {
    this.#crashLoop.answered()
  }

  /**
   * Replaces the slot as soon as it is its turn: it goes on until another serves in its place, and then answers what it
   * has begun. Resolves when it has ended; rejects, and leaves it in its place, when the other cannot start.
   */
  renew(slot: SlotPort): Promise<void> {
    return this.#turns.take(() => this.#renew(slot))
  }

  /** Renews the slot in its turn; where that fails it serves on. */
  recycle(slot: SlotPort): void {
    this.renew(slot).catch((err: unknown) => {
      if (this.#state !== 'open') return
      const { log, data } = this.#parts
      log.error({ err, stage: data.stageName, slot: slot.number }, 'A thread could not be replaced, it serves on.')
      this.#recycling.begin(slot)
    })
  }

  /** Renews all slots, one after another, with another build of the app where one is given. */
  async renewAll(appUrl: string): Promise<void> {
    const former = this.#appUrl
    this.#appUrl = appUrl
    try {
      for (const slot of this.#slots.slice(0, this.#parts.threads)) await this.renew(slot)
    } catch (error) {
      this.#appUrl = former
      throw error
    }
  }

  /** To be called when batches have ended: a slot that is leaving may have answered its last. */
  settle(): void {
    this.#turns.look()
  }

  async #renew(old: SlotPort): Promise<void> {
    if (!this.#canRenew(old)) return
    const fresh = this.#create(old.number)
    await this.#startSlot(fresh).catch((error: unknown) => {
      void this.#discard(fresh)
      throw error
    })
    // A model that is being loaded belongs to the place, and is then known to be there.
    await this.#turns.until(() => old.state !== 'loading')
    if (!this.#canRenew(old)) return await this.#discard(fresh)
    this.#recycling.end(old)
    this.#slots[old.number - 1] = fresh
    this.#slots.push(old)
    old.leave()
    this.#parts.onReplaced(old, takeBack(old))
    this.#parts.onServing()
    await this.#turns.until(() => old.inFlight.length === 0)
    this.#slots.splice(this.#slots.indexOf(old), 1)
    const ended = this.#discard(old)
    if (!this.#abandoned.has(old)) await ended
  }

  /** Not one that is lost meanwhile: it is replaced for that, at its own pace. */
  #canRenew(slot: SlotPort): boolean {
    const isServing = slot.state === 'serving' || slot.state === 'loading'
    return this.#state === 'open' && isServing && this.#holdsPlace(slot)
  }

  async #startSlot(slot: SlotPort): Promise<void> {
    await slot.start()
    this.#recycling.begin(slot)
  }

  #create(number: number): SlotPort {
    const { data, slot: shared, clock, createSlot } = this.#parts
    const copies = new SharedArrayBuffer(copyCountsBytes)
    const control = new SharedArrayBuffer(threadControlBytes)
    const created = createSlot({
      ...shared,
      data: { ...data, appUrl: this.#appUrl, slot: number, copies, observed: this.#observed[number - 1], control },
      nowMs: () => clock.now(),
      clock,
      onLost: (slot, loss) => this.#lost(slot, loss),
    })
    this.#copies.set(created, copies)
    return created
  }

  /** One that is to replace another has no place yet, one that leaves has none any more. */
  #holdsPlace(slot: SlotPort): boolean {
    return this.#slots.indexOf(slot) === slot.number - 1
  }

  #lost(slot: SlotPort, loss: SlotLoss): void {
    this.#recycling.end(slot)
    if (loss.freed !== undefined) void this.#keepUntil(slot, loss.freed)
    this.#parts.onLost(slot, loss)
    const isBatch = this.#parts.blames === 'batches' && loss.begun.length > 0
    if (this.#holdsPlace(slot)) this.#replace(slot, loss.error, isBatch ? 'batch' : loss.reason)
    this.#turns.look()
  }

  async #keepUntil(slot: SlotPort, freed: Promise<void>): Promise<void> {
    this.#abandoned.add(slot)
    await freed
    this.#abandoned.delete(slot)
  }

  /** Starts another slot in the place of one that is lost, or that never came to serve. */
  #replace(lost: SlotPort, cause: unknown, reason: 'lost' | 'stuck' | 'batch' = 'lost'): void {
    if (this.#state !== 'open' || (reason === 'lost' && this.#isLoop(cause))) return
    const { clock, log, data } = this.#parts
    const { number } = lost
    const delayMs = reason === 'batch' ? 0 : this.#delayMs(number)
    log.warn({ stage: data.stageName, slot: number, delayMs }, 'A thread is being replaced.')
    const cancel = clock.after(delayMs, () => {
      this.#restarts.delete(cancel)
      // A renewal that was under way may have filled the place.
      if (!this.#holdsPlace(lost)) return
      const fresh = this.#create(number)
      this.#slots[number - 1] = fresh
      void this.#discard(lost)
      this.#startSlot(fresh).then(
        () => this.#parts.onServing(),
        (err: unknown) => {
          log.error({ err, stage: data.stageName, slot: number }, 'A thread could not be started.')
          this.#replace(fresh, err)
        },
      )
    })
    this.#restarts.add(cancel)
  }

  #delayMs(number: number): number {
    const backOff = this.#backOffs.get(number) ?? new BackOff()
    this.#backOffs.set(number, backOff)
    return backOff.nextDelayMs(this.#parts.clock.now())
  }

  #isLoop(cause: unknown): boolean {
    const { clock, data, onCrashLoop } = this.#parts
    if (!this.#crashLoop.lost(clock.now()) || this.servingSlots > 0) return false
    this.#state = 'crash-looping'
    const message = `stage "${data.stageName}" lost ${this.#crashLoop.losses} threads within 10 s and answered no batch`
    onCrashLoop(new PipelineError('EXECUTOR_LOST', message, { cause }))
    return true
  }

  async #discard(slot: SlotPort): Promise<void> {
    await slot.stop()
    const copies = this.#copies.get(slot)
    if (copies === undefined) return
    addCopyCounts(this.#pastCopies, copies)
    this.#copies.delete(slot)
  }
}

/** What another slot can run at once need not wait for this one. */
function takeBack(slot: SlotPort): readonly FormedBatch<Slab>[] {
  return [...slot.inFlight].flatMap((batch) => slot.revoke(batch) ?? [])
}
