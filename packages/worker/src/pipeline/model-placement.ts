import {
  type BatchGroup,
  type CacheLimits,
  type Cancel,
  CacheState,
  type Clock,
  type FormedBatch,
  type ModelOrder,
  modelId,
  type ModelRef,
  PipelineError,
} from '@redesmyn/core'
import { slabState } from '../memory/slab-header.ts'
import type { SlotPort } from '../thread/slot-port.ts'
import type { CacheStats } from './stage-stats.ts'

export interface ModelPlacementParts {
  readonly slots: readonly SlotPort[]
  /** Over all slots of the stage. */
  readonly limits: CacheLimits
  readonly clock: Clock
  /** A slot has loaded a model, or failed to: it takes batches again. */
  readonly onSettled: (result: 'loaded' | 'failed', loadMs?: number) => void
  /** Rows have waited long enough for a further slot to load their model: time to ask again. */
  readonly onDue: () => void
  /** No rows of this group can be run now. */
  readonly onRefused: (groupKey: string, error: PipelineError) => void
}

/** Carries out what the cache's state machine decides: which slot loads which model, and lets which one go. */
export class ModelPlacement {
  readonly #parts: ModelPlacementParts
  readonly #cache: CacheState
  #cancelDue: Cancel | undefined
  #dueAtMs = 0
  /** When each slot had loaded what it holds, by slot and model. */
  readonly #loadedAtMs = new Map<string, number>()
  #hits = 0
  #misses = 0
  #evictions = 0

  constructor(parts: ModelPlacementParts) {
    this.#parts = parts
    this.#cache = new CacheState(parts.limits)
  }

  canRun(slot: SlotPort, { model }: BatchGroup): boolean {
    return model === undefined || this.#cache.canRun(slot.number, model)
  }

  /** A batch went to a slot: its model is the one used last. */
  touch(slot: SlotPort, { group: { model }, spans }: FormedBatch): void {
    if (model === undefined) return
    this.#cache.touch(slot.number, model)
    const loadedAtMs = this.#loadedAtMs.get(placeOf(slot.number, model)) ?? 0
    for (const { ticket } of spans) {
      if (ticket.submittedAtMs < loadedAtMs) this.#misses++
      else this.#hits++
    }
  }

  stats(): CacheStats {
    const { entryCount: entries, byteLength: bytes } = this.#cache
    return { hits: this.#hits, misses: this.#misses, evictions: this.#evictions, entries, bytes }
  }

  /** The slot's thread is gone, and its models with it. */
  forget(slot: SlotPort): void {
    this.#cache.slotLost(slot.number)
    for (const place of this.#loadedAtMs.keys()) if (place.startsWith(`${slot.number} `)) this.#loadedAtMs.delete(place)
  }

  /** Starts what loading the waiting batches need and idle slots allow. */
  load(waiting: Iterable<FormedBatch>): void {
    const { slots, clock, onRefused } = this.#parts
    // What a busy slot has only been given beforehand waits as well, and is taken back by one that can run it.
    const prepared = slots.flatMap(({ inFlight }) =>
      inFlight.slice(1).filter(({ room }) => room.state === slabState.ready),
    )
    const batches = [...waiting, ...prepared]
    const demands = batches.flatMap(({ group, oldestAtMs }) =>
      group.model === undefined ? [] : [{ model: group.model, oldestAtMs }],
    )
    const loads = slots
      .filter(({ state }) => state === 'serving')
      .map((slot) => ({ slot: slot.number, running: slot.inFlight.flatMap(({ group }) => group.model ?? []) }))
    const { orders, refused, nextAtMs } = this.#cache.plan(demands, loads, clock.now())
    if (nextAtMs !== undefined) this.#askAgain(nextAtMs)
    for (const order of orders) void this.#carryOut(order)
    for (const { model, error } of refused) {
      for (const { group } of batches) {
        if (group.model !== undefined && modelId(group.model) === modelId(model)) onRefused(group.key, error)
      }
    }
  }

  /** Drops the timer. */
  stop(): void {
    this.#cancelDue?.()
    this.#cancelDue = undefined
  }

  /** One timer, for the rows that will have waited long enough first. */
  #askAgain(atMs: number): void {
    if (this.#cancelDue !== undefined && this.#dueAtMs <= atMs) return
    const { clock, onDue } = this.#parts
    this.stop()
    this.#dueAtMs = atMs
    this.#cancelDue = clock.after(atMs - clock.now(), () => {
      this.#cancelDue = undefined
      onDue()
    })
  }

  async #carryOut({ slot: number, unload, model }: ModelOrder): Promise<void> {
    const slot = this.#parts.slots.find((candidate) => candidate.number === number)
    if (slot === undefined) return
    this.#countGone(number, unload, model)
    if (model === undefined) {
      slot.unload(unload)
      return
    }
    try {
      const loadMs = await slot.load(model, unload)
      const atMs = this.#parts.clock.now()
      this.#cache.loaded(number, model, { loadMs, atMs })
      this.#loadedAtMs.set(placeOf(number, model), atMs)
      this.#parts.onSettled('loaded', loadMs)
    } catch (thrown) {
      const error =
        thrown instanceof PipelineError
          ? thrown
          : new PipelineError('MODEL_LOAD_FAILED', 'the model could not be loaded', { cause: thrown })
      this.#cache.failed(number, model, { error, atMs: this.#parts.clock.now() })
      this.#parts.onSettled('failed')
    }
  }

  /** Another version of what is loaded is no eviction. */
  #countGone(slot: number, gone: readonly ModelRef[], coming: ModelRef | undefined): void {
    for (const model of gone) {
      this.#loadedAtMs.delete(placeOf(slot, model))
      if (model.key !== coming?.key) this.#evictions++
    }
  }
}

function placeOf(slot: number, model: ModelRef): string {
  return `${slot} ${modelId(model)}`
}
