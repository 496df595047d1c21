import type { CacheLimits, ModelRef } from '@redesmyn/core'
import type { ListedModel } from '../model/model-host.ts'
import type { SlotPort } from '../thread/slot-port.ts'
import { isAtHome } from './home-slot.ts'

export interface PrefetchParts {
  readonly slots: readonly SlotPort[]
  /** Over all slots; each model is loaded by one of them. */
  readonly limits: CacheLimits
  /** The only slot that will be asked for a model; undefined: any. */
  readonly homeOf: (model: ListedModel) => number | undefined
  readonly signal: AbortSignal
  /** Never rejects. */
  readonly load: (slot: SlotPort, model: ModelRef) => Promise<'loaded' | 'failed'>
}

/**
 * Fills the slots of a stage with models, in order, each slot one after another, until the limits are reached. One that
 * cannot be loaded leaves its place to the next. Returns how many were loaded.
 */
export async function prefetchModels(models: readonly ListedModel[], parts: PrefetchParts): Promise<number> {
  const { slots, homeOf, signal, load } = parts
  const queue = new PrefetchQueue(models, parts.limits)
  const busy = new Map<SlotPort, Promise<void>>()
  let loaded = 0
  const fetch = async (slot: SlotPort, { ref }: ListedModel): Promise<void> => {
    if ((await load(slot, ref)) === 'loaded') loaded++
    else queue.giveBack(ref)
    busy.delete(slot)
  }
  for (;;) {
    for (const slot of slots) {
      if (signal.aborted || busy.has(slot) || slot.state !== 'serving') continue
      const model = queue.take((found) => isAtHome(slot, homeOf(found)))
      if (model !== undefined) busy.set(slot, fetch(slot, model))
    }
    if (busy.size === 0) return loaded
    await Promise.race(busy.values())
  }
}

/** The models that fit, in order: a slot that has loaded its own leaves the room of others' to them. */
class PrefetchQueue {
  readonly #limits: CacheLimits
  readonly #coming: Iterator<ListedModel>
  readonly #fitting: ListedModel[] = []
  #entries = 0
  #bytes = 0

  constructor(models: readonly ListedModel[], limits: CacheLimits) {
    this.#limits = limits
    this.#coming = models.values()
    this.#admit()
  }

  take(isWanted: (model: ListedModel) => boolean): ListedModel | undefined {
    const index = this.#fitting.findIndex(isWanted)
    return index < 0 ? undefined : this.#fitting.splice(index, 1)[0]
  }

  giveBack({ byteLength }: ModelRef): void {
    this.#entries--
    this.#bytes -= byteLength
    this.#admit()
  }

  #admit(): void {
    while (this.#entries < this.#limits.maxEntries) {
      const { value: model, done } = this.#coming.next()
      if (done === true) return
      if (this.#bytes + model.ref.byteLength > this.#limits.maxBytes) continue
      this.#entries++
      this.#bytes += model.ref.byteLength
      this.#fitting.push(model)
    }
  }
}
