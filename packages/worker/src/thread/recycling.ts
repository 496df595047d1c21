import type { Cancel, Clock, RecycleConfig } from '@redesmyn/core'
import type { SlotPort } from './slot-port.ts'

export interface RecyclingParts {
  readonly config: RecycleConfig
  readonly clock: Clock
  /** Replaces the slot; called once for each that is due. */
  readonly onDue: (slot: SlotPort) => void
}

/** Says when a slot has served long enough, by the batches it was given or by its age. */
export class Recycling {
  readonly #parts: RecyclingParts
  readonly #batches = new Map<SlotPort, number>()
  readonly #ages = new Map<SlotPort, Cancel>()

  constructor(parts: RecyclingParts) {
    this.#parts = parts
  }

  /** A slot serves; one whose replacement failed begins anew. */
  begin(slot: SlotPort): void {
    const { config, clock, onDue } = this.#parts
    this.end(slot)
    if (config.maxBatches !== undefined) this.#batches.set(slot, 0)
    if (config.maxAgeMs === undefined) return
    const due = () => {
      this.end(slot)
      onDue(slot)
    }
    this.#ages.set(slot, clock.after(config.maxAgeMs, due))
  }

  sent(slot: SlotPort): void {
    const { maxBatches } = this.#parts.config
    if (maxBatches === undefined) return
    const batches = (this.#batches.get(slot) ?? Number.NEGATIVE_INFINITY) + 1
    if (batches < maxBatches) {
      this.#batches.set(slot, batches)
    } else {
      this.end(slot)
      this.#parts.onDue(slot)
    }
  }

  /** The slot is gone, or about to be. */
  end(slot: SlotPort): void {
    this.#batches.delete(slot)
    this.#ages.get(slot)?.()
    this.#ages.delete(slot)
  }

  stop(): void {
    for (const slot of [...this.#ages.keys()]) this.end(slot)
    this.#batches.clear()
  }
}
