import {
  type BatchGroup,
  type CacheLimits,
  type Cancel,
  CacheState,
  type Clock,
  type FormedBatch,
  type Log,
  type ModelOrder,
  type ModelRef,
  type ModelState,
  modelId,
  PipelineError,
} from '@redesmyn/core'
import { slabState } from '../memory/slab-header.ts'
import { Departures } from '../model/departures.ts'
import type { ListedModel, ModelHost } from '../model/model-host.ts'
import { emit } from '../observe/event-table.ts'
import type { Parametrised } from './home-slot.ts'
import { prefetchModels } from './prefetch-models.ts'
import type { SlotPort } from '../thread/slot-port.ts'
import type { CacheStats } from './stage-stats.ts'

export interface ModelPlacementParts {
  readonly slots: readonly SlotPort[]
  /** Over all slots of the stage. */
  readonly limits: CacheLimits
  /** The only slot that may run calls with these parameters; undefined: any. */
  readonly homeOf: (group: Parametrised) => number | undefined
  readonly clock: Clock
  readonly log: Log
  /** A slot has loaded a model, or failed to: it takes batches again. */
  readonly onSettled: (result: 'loaded' | 'failed', loadMs?: number) => void
  /** A load may be due, because of the time or of a newer version: time to ask again. */
  readonly onDue: () => void
  /** No rows of this group can be run now. */
  readonly onRefused: (groupKey: string, error: PipelineError) => void
}

/** Carries out what the cache's state machine decides: which slot loads which model, and lets which one go. */
export class ModelPlacement implements ModelHost {
  readonly #parts: ModelPlacementParts
  readonly #cache: CacheState
  readonly #departures = new Departures()
  /** By key: whom to tell that a newer version serves. */
  readonly #renewals = new Map<string, (newer: ModelRef) => void>()
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
    this.#departures.forget(slot)
    for (const place of this.#loadedAtMs.keys()) if (place.startsWith(`${slot.number} `)) this.#loadedAtMs.delete(place)
  }

  renew(newer: ModelRef, onRenewed: (newer: ModelRef) => void): void {
    this.#renewals.set(newer.key, onRenewed)
    this.#cache.renew(newer)
    this.#parts.onDue()
  }

  stateOf(model: ModelRef): ModelState {
    return this.#cache.stateOf(model)
  }

  /** Before the first batch: afterwards a load would have to wait for its slot. */
  async prefetch(models: readonly ListedModel[], signal: AbortSignal): Promise<number> {
    const { slots, limits, homeOf } = this.#parts
    const load = (slot: SlotPort, model: ModelRef) => this.#load(slot, model)
    return await prefetchModels(models, { slots, limits, homeOf, signal, load })
  }

  /** Starts what loading the waiting batches need and idle slots allow. */
  load(waiting: Iterable<FormedBatch>): void {
    const { slots, homeOf, clock, onRefused } = this.#parts
    // What a busy slot has only been given beforehand waits as well, and is taken back by one that can run it.
    const prepared = slots.flatMap(({ inFlight }) =>
      inFlight.slice(1).filter(({ room }) => room.state === slabState.ready),
    )
    const batches = [...waiting, ...prepared]
    const demands = batches.flatMap(({ group, oldestAtMs }) =>
      group.model === undefined ? [] : [{ model: group.model, oldestAtMs, slot: homeOf(group) }],
    )
    const loads = slots
      .filter(({ state }) => state === 'serving')
      .map((slot) => ({ slot: slot.number, running: slot.inFlight.flatMap(({ group }) => group.model ?? []) }))
    const { orders, refused, renewed, nextAtMs } = this.#cache.plan(demands, loads, clock.now())
    if (nextAtMs !== undefined) this.#askAgain(nextAtMs)
    for (const newer of renewed) this.#renewed(newer)
    for (const order of orders) this.#letGo(order)
    for (const order of orders) void this.#fetch(order)
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

  #letGo({ slot: number, unload, model }: ModelOrder): void {
    const slot = this.#slotOf(number)
    if (slot === undefined || unload.length === 0) return
    this.#countGone(number, unload, model)
    this.#departures.send(slot, unload)
  }

  /** Not before all that makes room is gone, whichever slot holds it: limits hold at every moment. */
  async #fetch({ slot: number, model }: ModelOrder): Promise<void> {
    const slot = this.#slotOf(number)
    if (slot === undefined || model === undefined) return
    const departed = this.#departures.settled()
    if (departed !== undefined) await departed
    // What was lost or replaced meanwhile was forgotten, and with it what it was to load.
    if (slot.state === 'serving') await this.#load(slot, model)
  }

  #slotOf(number: number): SlotPort | undefined {
    return this.#parts.slots.find((candidate) => candidate.number === number)
  }

  /** Never rejects: what went wrong is logged, and the rows that want the model hear of it. */
  async #load(slot: SlotPort, model: ModelRef): Promise<'loaded' | 'failed'> {
    const { clock, log, onSettled } = this.#parts
    try {
      const loadMs = await slot.load(model)
      const atMs = clock.now()
      this.#cache.loaded(slot.number, model, { loadMs, atMs })
      this.#loadedAtMs.set(placeOf(slot.number, model), atMs)
      onSettled('loaded', loadMs)
      return 'loaded'
    } catch (thrown) {
      const error = toLoadError(thrown)
      emit(log, 'modelLoadFailed', { model: model.key, version: model.version, slot: slot.number, err: error })
      this.#cache.failed(slot.number, model, { error, atMs: clock.now() })
      onSettled('failed')
      return 'failed'
    }
  }

  #renewed(newer: ModelRef): void {
    const onRenewed = this.#renewals.get(newer.key)
    this.#renewals.delete(newer.key)
    onRenewed?.(newer)
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

function toLoadError(thrown: unknown): PipelineError {
  if (thrown instanceof PipelineError) return thrown
  return new PipelineError('MODEL_LOAD_FAILED', 'the model could not be loaded', { cause: thrown })
}
