import { type AnyStage, type Cancel, type Clock, type FormedBatch, maxTimerMs, PipelineError } from '@redesmyn/core'
import type { Slab } from '../memory/slab.ts'
import { slabState } from '../memory/slab-header.ts'
import { machineMs } from './machine-time.ts'
import type { SlotPort } from './slot-port.ts'

export interface WatchdogParts {
  /** Those that are leaving as well. */
  readonly slots: readonly SlotPort[]
  /** Its `timeoutMs` counts from when a thread has begun a batch; without one a batch has as long as its last row. */
  readonly stage: Pick<AnyStage, 'name' | 'config'>
  readonly clock: Clock
  /** How long ago the handler was called with the batch. Default: as the thread has noted it in the slab. */
  readonly ageMs?: (batch: FormedBatch<Slab>) => number
  /** The stage's time for this batch is over. */
  readonly onLate: (batch: FormedBatch<Slab>, error: PipelineError) => void
  /** The slot holds a batch that should long have ended, and others that may still end well. */
  readonly onHampered: (slot: SlotPort) => void
}

/** What a handler is left beyond its time, to see its signal and end. */
const graceMs = 1000

/**
 * Sees to it that no batch holds a slot for ever: a slot that holds nothing else is ended. One timer a stage, set when a batch is sent and none is set, and
 * again while slots owe ends: batches that are fast cost it nothing.
 */
export class Watchdog {
  readonly #parts: WatchdogParts
  readonly #timeoutMs: number | undefined
  readonly #ageMs: (batch: FormedBatch<Slab>) => number
  /** Slots that owed ends and had begun nothing: how many they had told then, and when that was seen first. */
  readonly #silent = new WeakMap<SlotPort, { readonly toldEnds: number; readonly sinceMs: number }>()
  readonly #hampered = new WeakSet<SlotPort>()
  #cancel: Cancel | undefined
  #wakeAtMs = Number.POSITIVE_INFINITY

  constructor(parts: WatchdogParts) {
    this.#parts = parts
    this.#ageMs = parts.ageMs ?? ageOf
    this.#timeoutMs = parts.stage.config.timeoutMs
  }

  /** A batch went to a slot. */
  watch(batch: FormedBatch<Slab>): void {
    if (this.#cancel === undefined) this.#sleep(this.#timeoutMs ?? batch.room.header.deadlineMs)
  }

  stop(): void {
    this.#cancel?.()
    this.#cancel = undefined
  }

  #sleep(delayMs: number): void {
    // Batches of runs may have all the time there is; no timer does.
    this.#cancel = this.#parts.clock.after(Math.min(Math.max(1, delayMs), maxTimerMs), () => {
      this.#cancel = undefined
      this.#look()
    })
  }

  #look(): void {
    const { slots, clock } = this.#parts
    const nowMs = clock.now()
    this.#wakeAtMs = Number.POSITIVE_INFINITY
    for (const slot of [...slots]) if (slot.state === 'serving' || slot.state === 'leaving') this.#judge(slot, nowMs)
    if (this.#cancel === undefined && this.#wakeAtMs < Number.POSITIVE_INFINITY) this.#sleep(this.#wakeAtMs - nowMs)
  }

  #wakeAt(atMs: number): void {
    this.#wakeAtMs = Math.min(this.#wakeAtMs, atMs)
  }

  #judge(slot: SlotPort, nowMs: number): void {
    // This thread may be the one that was held up: what the slot has told is read first.
    if (slot.hasEnded) return this.#wakeAt(nowMs)
    const begun = slot.inFlight.filter(({ room }) => room.state === slabState.taken)
    if (begun.length < slot.inFlight.length) this.#wakeAt(nowMs + (this.#timeoutMs ?? graceMs))
    const stuckCount = begun.filter((batch) => this.#isStuck(batch, nowMs)).length
    const isStuck = begun.length === 0 ? this.#isSilent(slot, nowMs) : stuckCount === begun.length
    if (isStuck) slot.abandon()
    else if (stuckCount > 0) this.#reportHampered(slot)
  }

  /** A batch whose time is over is answered at once; its slot is left a grace to end it. */
  #isStuck(batch: FormedBatch<Slab>, nowMs: number): boolean {
    const timeoutMs = this.#timeoutMs
    const limitAtMs = timeoutMs === undefined ? lastDeadlineOf(batch) : nowMs - this.#ageMs(batch) + timeoutMs
    if (nowMs < limitAtMs) {
      this.#wakeAt(limitAtMs)
      return false
    }
    if (timeoutMs !== undefined && batch.liveRows > 0) this.#parts.onLate(batch, this.#late())
    if (nowMs < limitAtMs + graceMs) this.#wakeAt(limitAtMs + graceMs)
    return nowMs >= limitAtMs + graceMs
  }

  #late(): PipelineError {
    const { name, config } = this.#parts.stage
    const details = { stage: name, timeoutMs: config.timeoutMs }
    return new PipelineError('DEADLINE_EXCEEDED', 'inference timeout', { details })
  }

  /** The slot takes nothing of what it was sent: something that is no batch holds its thread. */
  #isSilent(slot: SlotPort, nowMs: number): boolean {
    const { toldEnds, owesEnds } = slot
    if (!owesEnds) return false
    const known = this.#silent.get(slot)
    const sinceMs = known?.toldEnds === toldEnds ? known.sinceMs : nowMs
    if (sinceMs === nowMs) this.#silent.set(slot, { toldEnds, sinceMs })
    if (nowMs < sinceMs + graceMs) this.#wakeAt(sinceMs + graceMs)
    return nowMs >= sinceMs + graceMs
  }

  #reportHampered(slot: SlotPort): void {
    if (this.#hampered.has(slot)) return
    this.#hampered.add(slot)
    this.#parts.onHampered(slot)
  }
}

function ageOf({ room }: FormedBatch<Slab>): number {
  const { begunMs } = room.header
  return begunMs === 0 ? 0 : machineMs() - begunMs
}

function lastDeadlineOf({ spans }: FormedBatch<Slab>): number {
  return spans.reduce((latest, { ticket }) => Math.max(latest, ticket.expiresAtMs), 0)
}
