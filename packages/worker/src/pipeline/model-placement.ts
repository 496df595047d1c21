import { type BatchGroup, type CacheLimits, CacheState, type Clock, type FormedBatch, type ModelOrder, modelId, PipelineError } from '@redesmyn/core'
import type { Slot } from '../thread/slot.ts'

export interface ModelPlacementParts {
  readonly slots: readonly Slot[]
  /** Over all slots of the stage. */
  readonly limits: CacheLimits
  readonly clock: Clock
  /** A slot has loaded a model, or failed to: it takes batches again. */
  readonly onSettled: (result: 'loaded' | 'failed') => void
  /** No rows of this group can be run now. */
  readonly onRefused: (groupKey: string, error: PipelineError) => void
}

/** Carries out what the cache's state machine decides: which slot loads which model, and lets which one go. */
export class ModelPlacement {
  readonly #parts: ModelPlacementParts
  readonly #cache: CacheState

  constructor(parts: ModelPlacementParts) {
    this.#parts = parts
    this.#cache = new CacheState(parts.limits)
  }

  canRun(slot: Slot, { model }: BatchGroup): boolean {
    return model === undefined || this.#cache.canRun(slot.number, model)
  }

  /** A batch went to a slot: its model is the one used last. */
  touch(slot: Slot, { model }: BatchGroup): void {
    if (model !== undefined) this.#cache.touch(slot.number, model)
  }

  /** The slot's thread is gone, and its models with it. */
  forget(slot: Slot): void {
    this.#cache.slotLost(slot.number)
  }

  /** Starts what loading the waiting batches need and idle slots allow. */
  load(waiting: Iterable<FormedBatch>): void {
    const { slots, clock, onRefused } = this.#parts
    const batches = [...waiting]
    const demands = batches.flatMap(({ group, oldestAtMs }) => (group.model === undefined ? [] : [{ model: group.model, oldestAtMs }]))
    const loads = slots
      .filter(({ state }) => state === 'serving')
      .map((slot) => ({ slot: slot.number, running: slot.inFlight.flatMap(({ group }) => group.model ?? []) }))
    const { orders, refused } = this.#cache.plan(demands, loads, clock.now())
    for (const order of orders) void this.#carryOut(order)
    for (const { model, error } of refused) {
      for (const { group } of batches) {
        if (group.model !== undefined && modelId(group.model) === modelId(model)) onRefused(group.key, error)
      }
    }
  }

  async #carryOut({ slot: number, unload, model }: ModelOrder): Promise<void> {
    const slot = this.#parts.slots.find((candidate) => candidate.number === number)
    if (slot === undefined) return
    if (model === undefined) {
      slot.unload(unload)
      return
    }
    try {
      this.#cache.loaded(number, model, await slot.load(model, unload))
      this.#parts.onSettled('loaded')
    } catch (thrown) {
      const error = thrown instanceof PipelineError ? thrown : new PipelineError('MODEL_LOAD_FAILED', 'the model could not be loaded', { cause: thrown })
      this.#cache.failed(number, model, { error, atMs: this.#parts.clock.now() })
      this.#parts.onSettled('failed')
    }
  }
}
