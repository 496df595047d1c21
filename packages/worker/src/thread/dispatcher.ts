import type { BatchGroup, Batcher, FormedBatch } from '@redesmyn/core'
import type { Slab } from '../memory/slab.ts'
import { slabState } from '../memory/slab-header.ts'
import type { ServiceTimes } from './service-times.ts'
import type { EndedOnSlot, SlotPort } from './slot-port.ts'

/** Below this median a slot is given its next batch early: crossing to the thread would cost more than it wins. */
const fastHandlerMs = 2

export interface DispatcherParts {
  readonly slots: readonly SlotPort[]
  readonly serviceTimes: ServiceTimes
  /** Batches that one slot runs at the same time. */
  readonly concurrency: number
  /** Whether slots are given their next batch early: always, or only where the handler is fast. */
  readonly prepares: 'always' | 'fast'
  /** Whether a slot holds what the group needs. */
  readonly canRun: (slot: SlotPort, group: BatchGroup) => boolean
  /** Before the thread may begin: its time must not run before the batch was sent. */
  readonly onSent: (slot: SlotPort, batch: FormedBatch<Slab>) => void
}

/** Brings batches to slots: idle ones first, then one prepared batch for each where the handler is fast. */
export class Dispatcher {
  readonly #parts: DispatcherParts

  constructor(parts: DispatcherParts) {
    this.#parts = parts
  }

  get inFlightBatches(): number {
    return this.#parts.slots.reduce((count, slot) => count + slot.inFlight.length, 0)
  }

  /** What slots hold now, and how long those batches that they run have been with them, added up. */
  held(nowMs: number): { readonly inFlightBatches: number; readonly openMs: number } {
    const { slots, concurrency } = this.#parts
    const running = slots.flatMap(({ inFlight }) => inFlight.slice(0, concurrency))
    const openMs = running.reduce((sum, { sentAtMs }) => sum + Math.max(0, nowMs - sentAtMs), 0)
    return { inFlightBatches: this.inFlightBatches, openMs }
  }

  /** Gives every slot what it can take now. */
  pump(batcher: Batcher<Slab>): void {
    const { slots, canRun, onSent } = this.#parts
    const depth = this.#depth()
    for (let held = 0; held < depth; held++) {
      for (const slot of slots) {
        if (slot.state !== 'serving' || slot.inFlight.length !== held || !slot.hasRoom) continue
        const batch = batcher.take((group) => canRun(slot, group)) ?? this.#takeBackFor(slot)
        if (batch === undefined) continue
        onSent(slot, batch)
        slot.run(batch)
      }
    }
  }

  /** What has ended, in the order of the slots. */
  takeEnded(): readonly EndedOnSlot[] {
    const all: EndedOnSlot[] = []
    for (const slot of this.#parts.slots) {
      for (let ended = slot.takeEnded(); ended !== undefined; ended = slot.takeEnded()) all.push(ended)
    }
    return all
  }

  /** Takes a batch back from the slot that holds it, unless its thread has begun. */
  revoke(batch: FormedBatch): FormedBatch<Slab> | undefined {
    for (const slot of this.#parts.slots) {
      const revoked = slot.revoke(batch)
      if (revoked !== undefined) return revoked
    }
    return undefined
  }

  /** Nobody waits for a batch any more that a slot has begun. */
  giveUp(batch: FormedBatch): void {
    for (const slot of this.#parts.slots) slot.giveUp(batch)
  }

  /** The batches that threads have begun. */
  *begun(): Generator<FormedBatch<Slab>> {
    for (const slot of this.#parts.slots) {
      for (const batch of slot.inFlight) if (batch.room.state === slabState.taken) yield batch
    }
  }

  #depth(): number {
    const { concurrency, serviceTimes, prepares } = this.#parts
    return prepares === 'always' || serviceTimes.medianMs < fastHandlerMs ? concurrency + 1 : concurrency
  }

  /** An idle slot takes over what another one has only prepared. */
  #takeBackFor(idle: SlotPort): FormedBatch<Slab> | undefined {
    if (idle.inFlight.length > 0) return undefined
    const { slots, concurrency, canRun } = this.#parts
    for (const slot of slots) {
      const batch = slot.inFlight[concurrency]
      if (batch !== undefined && canRun(idle, batch.group) && slot.revoke(batch) !== undefined) return batch
    }
    return undefined
  }
}
