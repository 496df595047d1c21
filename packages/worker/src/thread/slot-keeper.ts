import type { Clock, Log } from '@redesmyn/core'
import { type HandlerSeries, StageSeries } from '../observe/handler-metrics/stage-series.ts'
import { observedBytes, seriesOffset } from '../observe/observed-memory.ts'
import { readVitals, type ThreadVitals } from '../observe/thread-vitals.ts'
import { BackOff } from './back-off.ts'
import { copyCountsBytes, readCopyCounts } from './copy-counts.ts'
import { threadControlBytes } from '../interop/native-guard.ts'
import type { SlotData } from './protocol.ts'
import type { LoopTimes, SlotFactory, SlotLoss, SlotParts, SlotPort } from './slot-port.ts'

export interface SlotKeeperParts {
  readonly threads: number
  readonly createSlot: SlotFactory
  readonly clock: Clock
  readonly log: Log
  readonly data: Omit<SlotData, 'slot' | 'control' | 'copies' | 'observed'>
  readonly slot: Pick<SlotParts, 'concurrency' | 'awake' | 'pool' | 'onWake'>
  readonly onLost: (slot: SlotPort, loss: SlotLoss) => void
  /** A replaced thread can take batches again. */
  readonly onServing: () => void
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

/** Starts a stage's slots and replaces threads that are lost, each at its own pace. */
export class SlotKeeper {
  readonly slots: readonly SlotPort[]
  readonly #parts: SlotKeeperParts
  readonly #copies: readonly SharedArrayBuffer[]
  readonly #observed: readonly SharedArrayBuffer[]
  readonly #series: StageSeries
  readonly #backOffs = new Map<SlotPort, BackOff>()
  readonly #restarts = new Set<() => void>()
  #isStopped = false

  constructor(parts: SlotKeeperParts) {
    this.#parts = parts
    this.#copies = Array.from({ length: parts.threads }, () => new SharedArrayBuffer(copyCountsBytes))
    this.#observed = this.#copies.map(() => new SharedArrayBuffer(observedBytes))
    this.#series = new StageSeries(this.#observed, seriesOffset)
    this.slots = this.#copies.map((copies, index) => this.#slot(index + 1, copies))
  }

  get servingSlots(): number {
    return this.slots.filter(({ state }) => state === 'serving' || state === 'loading').length
  }

  /** What the slots have counted, by themselves and for their handlers. */
  stats(): KeeperStats {
    return {
      copiedInThreads: readCopyCounts(this.#copies),
      threads: this.slots.map(({ number, loopTimes }, index) => {
        return { slot: number, loopTimes, ...readVitals(this.#observed[index]) }
      }),
      series: this.#series.read(),
      droppedSeries: this.#series.dropped,
    }
  }

  /** Rejects with what went wrong in the first slot that cannot start; the others are ended by `stop`. */
  async start(): Promise<void> {
    await Promise.all(this.slots.map((slot) => slot.start()))
  }

  async stop(): Promise<void> {
    this.#isStopped = true
    for (const cancel of this.#restarts) cancel()
    this.#restarts.clear()
    await Promise.all(this.slots.map((slot) => slot.stop()))
  }

  #slot(number: number, copies: SharedArrayBuffer): SlotPort {
    const { data, slot, clock } = this.#parts
    return this.#parts.createSlot({
      ...slot,
      data: {
        ...data,
        slot: number,
        copies,
        observed: this.#observed[number - 1],
        control: new SharedArrayBuffer(threadControlBytes),
      },
      nowMs: () => clock.now(),
      clock,
      onLost: (lost, loss) => {
        this.#parts.onLost(lost, loss)
        this.#replace(lost)
      },
    })
  }

  #replace(slot: SlotPort): void {
    if (this.#isStopped) return
    const { clock, log, data } = this.#parts
    const backOff = this.#backOffs.get(slot) ?? new BackOff()
    this.#backOffs.set(slot, backOff)
    const delayMs = backOff.nextDelayMs(clock.now())
    log.warn({ stage: data.stageName, slot: slot.number, delayMs }, 'A thread is being replaced.')
    const cancel = clock.after(delayMs, () => {
      this.#restarts.delete(cancel)
      slot.start().then(
        () => this.#parts.onServing(),
        (err: unknown) => {
          log.error({ err, stage: data.stageName, slot: slot.number }, 'A thread could not be started.')
          this.#replace(slot)
        },
      )
    })
    this.#restarts.add(cancel)
  }
}
