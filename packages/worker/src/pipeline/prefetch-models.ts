import type { CacheLimits, ModelRef } from '@redesmyn/core'
import type { SlotPort } from '../thread/slot-port.ts'

export interface PrefetchParts {
  readonly slots: readonly SlotPort[]
  /** Over all slots; each model is loaded by one of them. */
  readonly limits: CacheLimits
  readonly signal: AbortSignal
  /** Never rejects. */
  readonly load: (slot: SlotPort, model: ModelRef) => Promise<'loaded' | 'failed'>
}

/**
 * Fills the slots of a stage with models, in order, each slot one after another, until the limits are reached. One that
 * cannot be loaded leaves its place to the next. Returns how many were loaded.
 */
export async function prefetchModels(models: readonly ModelRef[], parts: PrefetchParts): Promise<number> {
  const { slots, limits, signal, load } = parts
  const queue = models.values()
  const used = { entries: 0, bytes: 0 }
  const fill = async (slot: SlotPort): Promise<void> => {
    while (!signal.aborted && slot.state === 'serving' && used.entries < limits.maxEntries) {
      // One iterator for all: each slot takes the next model that no other has taken.
      const { value: model } = queue.next()
      if (model === undefined) return
      if (used.bytes + model.byteLength > limits.maxBytes) continue
      used.entries++
      used.bytes += model.byteLength
      if ((await load(slot, model)) === 'loaded') continue
      used.entries--
      used.bytes -= model.byteLength
    }
  }
  await Promise.all(slots.map(fill))
  return used.entries
}
