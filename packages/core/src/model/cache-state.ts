import type { ModelRef } from '../batch/batch-group.ts'
import { PipelineError } from '../errors/pipeline-error.ts'
import type { CacheLimits, CachePlan, ModelDemand, ModelOrder, RefusedModel, SlotLoad } from './cache-plan.ts'
import { HeldModels } from './held-models.ts'
import { LoadFailures } from './load-failures.ts'
import { modelId } from './model-id.ts'

/** A model that is chosen for a slot: `reserved` until the slot is idle, then `loading`. */
interface ComingModel {
  readonly state: 'reserved' | 'loading'
  readonly model: ModelRef
}

interface FinishedLoad {
  readonly loadMs: number
  /** When it was over, in monotonic milliseconds. */
  readonly atMs: number
}

/**
 * Which slots of a stage hold which models, and what is to be loaded where. Pure: it says what to do and is told what
 * was done. A model is loaded where none holds it, or where its rows have waited for a thread longer than its last load
 * took; the models used longest ago make room, whichever slot holds them.
 */
export class CacheState {
  readonly #limits: CacheLimits
  readonly #held = new HeldModels()
  readonly #coming = new Map<number, ComingModel>()
  readonly #failures = new LoadFailures()
  /** By key: another version takes about as long. */
  readonly #lastLoads = new Map<string, FinishedLoad>()

  constructor(limits: CacheLimits) {
    this.#limits = limits
  }

  /** Loaded models, each counted for every slot that holds it. */
  get entryCount(): number {
    return this.#held.count
  }

  /** Bytes of their artifacts, counted likewise. */
  get byteLength(): number {
    return this.#held.byteLength
  }

  /** Whether the slot can run rows of this model now. A slot that loads, or is kept free to, takes nothing. */
  canRun(slot: number, model: ModelRef): boolean {
    return !this.#coming.has(slot) && this.#held.has(slot, model)
  }

  /** A batch of this model goes to this slot: it is the one used last. */
  touch(slot: number, model: ModelRef): void {
    this.#held.touch(slot, model.key)
  }

  /**
   * What to do for rows that wait, the oldest first. A busy slot that is to load is given no more batches, so that a
   * stage that is never idle gets to a new model too; its order comes with a later plan, once it is idle.
   */
  plan(demands: Iterable<ModelDemand>, slots: readonly SlotLoad[], nowMs: number): CachePlan {
    const refused: RefusedModel[] = []
    let nextAtMs = Number.POSITIVE_INFINITY
    for (const { model, oldestAtMs } of demands) {
      const error = this.#refusal(model, nowMs)
      if (error !== undefined) {
        refused.push({ model, error })
        continue
      }
      const dueAtMs = this.#dueAtMs(model, oldestAtMs, slots)
      if (dueAtMs <= nowMs) this.#reserve(model, slots)
      else nextAtMs = Math.min(nextAtMs, dueAtMs)
    }
    return { orders: this.#orders(slots), refused, nextAtMs: Number.isFinite(nextAtMs) ? nextAtMs : undefined }
  }

  loaded(slot: number, model: ModelRef, load: FinishedLoad): void {
    this.#coming.delete(slot)
    this.#held.add(slot, model)
    this.#lastLoads.set(model.key, load)
    this.#failures.delete(model)
  }

  /** Rows of this model are refused with this error until it is time to try again. */
  failed(slot: number, model: ModelRef, failure: { readonly error: PipelineError; readonly atMs: number }): void {
    if (this.#coming.get(slot)?.model === model) this.#coming.delete(slot)
    this.#failures.add(model, failure.error, failure.atMs)
  }

  /** The slot's thread is gone, and all that it held. */
  slotLost(slot: number): void {
    this.#coming.delete(slot)
    for (const model of this.#held.of(slot)) this.#held.delete({ slot, model })
  }

  #refusal(model: ModelRef, nowMs: number): PipelineError | undefined {
    const { maxBytes } = this.#limits
    if (model.byteLength <= maxBytes) return this.#failures.refusal(model, nowMs)
    const message = `the model "${model.key}" has ${model.byteLength} bytes, the cache takes ${maxBytes}`
    return new PipelineError('MODEL_LOAD_FAILED', message)
  }

  /** When a slot is to load the model for rows that came then: at once, after they have waited for another, or never. */
  #dueAtMs(model: ModelRef, oldestAtMs: number, slots: readonly SlotLoad[]): number {
    for (const { model: coming } of this.#coming.values()) {
      if (modelId(coming) === modelId(model)) return Number.POSITIVE_INFINITY
    }
    const holders = this.#held.slotsWith(model)
    if (holders.length === 0) return oldestAtMs
    // Beside an idle holder rows wait for company, not for a thread.
    const isOneIdle = slots.some(
      ({ slot, running }) => running.length === 0 && holders.includes(slot) && !this.#coming.has(slot),
    )
    const canHelp = slots.some(({ slot }) => !holders.includes(slot) && !this.#coming.has(slot))
    const last = this.#lastLoads.get(model.key)
    if (isOneIdle || !canHelp || last === undefined) return Number.POSITIVE_INFINITY
    // The wait for the last load itself must not cause the next one.
    return Math.max(oldestAtMs, last.atMs) + last.loadMs
  }

  #reserve(model: ModelRef, slots: readonly SlotLoad[]): void {
    const open = slots.filter(({ slot }) => !this.#coming.has(slot))
    if (this.#isLastToServe(open)) return
    const [chosen] = open
      .filter(({ slot }) => !this.#held.has(slot, model))
      .sort((one, other) => this.#cost(one) - this.#cost(other))
    if (chosen !== undefined) this.#coming.set(chosen.slot, { state: 'reserved', model })
  }

  /** The last slot that takes batches goes on with what it has, so that a slow load holds up nobody but its own rows. */
  #isLastToServe(open: readonly SlotLoad[]): boolean {
    return open.length === 1 && this.#coming.size > 0 && this.#held.of(open[0].slot).length > 0
  }

  /** What a load in this slot holds up: models that only this slot has, then batches it has begun, then any models. */
  #cost({ slot, running }: SlotLoad): number {
    const models = this.#held.of(slot)
    const onlyHere = models.filter((model) => this.#held.slotsWith(model).length === 1)
    return onlyHere.length * 1e6 + running.length * 1e3 + models.length
  }

  #orders(slots: readonly SlotLoad[]): readonly ModelOrder[] {
    const orders: ModelOrder[] = []
    for (const { slot, running } of slots) {
      const coming = this.#coming.get(slot)
      if (coming?.state !== 'reserved' || running.length > 0) continue
      this.#coming.set(slot, { state: 'loading', model: coming.model })
      orders.push(...this.#makeRoom(slot, coming.model, slots))
    }
    return orders
  }

  #makeRoom(slot: number, model: ModelRef, slots: readonly SlotLoad[]): readonly ModelOrder[] {
    const unload = new Map<number, ModelRef[]>([[slot, []]])
    const evict = (held: { readonly slot: number; readonly model: ModelRef }): void => {
      this.#held.delete(held)
      unload.set(held.slot, [...(unload.get(held.slot) ?? []), held.model])
    }
    const before = this.#held.get(slot, model.key)
    if (before !== undefined) evict(before)
    const mayGo = (held: { readonly slot: number; readonly model: ModelRef }): boolean =>
      slots.some(
        (one) => one.slot === held.slot && !one.running.some((running) => modelId(running) === modelId(held.model)),
      )
    while (this.#isFull()) {
      const oldest = this.#held.oldest(mayGo)
      if (oldest === undefined) break
      evict(oldest)
    }
    return [...unload].map(([at, models]) => ({ slot: at, unload: models, model: at === slot ? model : undefined }))
  }

  /** Counts what is being loaded as if it were there already. */
  #isFull(): boolean {
    const loading = [...this.#coming.values()].filter(({ state }) => state === 'loading')
    const byteLength = loading.reduce((total, { model }) => total + model.byteLength, this.#held.byteLength)
    return this.#held.count + loading.length > this.#limits.maxEntries || byteLength > this.#limits.maxBytes
  }
}
