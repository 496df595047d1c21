import type { ModelRef } from '../batch/batch-group.ts'
import { PipelineError } from '../errors/pipeline-error.ts'
import type {
  CacheLimits,
  CachePlan,
  ModelDemand,
  ModelOrder,
  ModelState,
  RefusedModel,
  SlotLoad,
} from './cache-plan.ts'
import { type HeldModel, HeldModels } from './held-models.ts'
import { LoadFailures } from './load-failures.ts'
import { modelId } from './model-id.ts'
import { Renewals } from './renewals.ts'

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

/** What one plan looks at. */
interface Circumstances {
  readonly demands: readonly ModelDemand[]
  readonly slots: readonly SlotLoad[]
  readonly nowMs: number
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
  readonly #renewals = new Renewals()
  /** By slot: what it has loaded and not run yet. */
  readonly #fresh = new Map<number, ModelRef>()
  /** By key: another version takes about as long. */
  readonly #lastLoads = new Map<string, FinishedLoad>()

  constructor(limits: CacheLimits) {
    this.#limits = limits
  }

  /** Loaded models, each counted for every slot that holds it. */
  get entryCount(): number {
    return this.#held.size
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
    this.#held.touch(slot, model)
    this.#fresh.delete(slot)
  }

  /** A newer version was found: slots that hold an older one are to load it, one after another. */
  renew(newer: ModelRef): void {
    this.#renewals.start(newer)
  }

  /**
   * What to do for rows that wait, the oldest first. A busy slot that is to load is given no more batches, so that a
   * stage that is never idle gets to a new model too; its order comes with a later plan, once it is idle.
   */
  plan(waiting: Iterable<ModelDemand>, slots: readonly SlotLoad[], nowMs: number): CachePlan {
    const now: Circumstances = { demands: [...waiting], slots, nowMs }
    const refused: RefusedModel[] = []
    const dueTimes: number[] = []
    for (const demand of now.demands) {
      const { model } = demand
      const error = this.#refusal(model, nowMs)
      if (error !== undefined) {
        refused.push({ model, error })
        continue
      }
      const dueAtMs = this.#dueAtMs(demand, slots)
      if (dueAtMs <= nowMs) this.#reserve(demand, now)
      else dueTimes.push(dueAtMs)
    }
    const renewed = this.#renewals.isIdle ? [] : this.#advanceRenewals(now, dueTimes)
    const orders = this.#orders(now)
    if (!this.#renewals.isIdle) orders.push(...this.#dropOutdated(now))
    const nextAtMs = Math.min(...dueTimes)
    return { orders, refused, renewed, nextAtMs: Number.isFinite(nextAtMs) ? nextAtMs : undefined }
  }

  loaded(slot: number, model: ModelRef, load: FinishedLoad): void {
    this.#coming.delete(slot)
    this.#held.add(slot, model)
    this.#fresh.set(slot, model)
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
    this.#fresh.delete(slot)
    for (const model of this.#held.of(slot)) this.#held.delete({ slot, model })
  }

  stateOf(model: ModelRef): ModelState {
    const isHeld = this.#held.slotsWith(model).length > 0
    if (isHeld) return this.#renewals.wanted().some(({ key }) => key === model.key) ? 'renewing' : 'ready'
    if (this.#isComing(model)) return 'loading'
    return this.#failures.retryAtMs(model) === undefined ? 'absent' : 'failed'
  }

  #refusal(model: ModelRef, nowMs: number): PipelineError | undefined {
    const { maxBytes } = this.#limits
    if (model.byteLength <= maxBytes) return this.#failures.refusal(model, nowMs)
    const message = `the model "${model.key}" has ${model.byteLength} bytes, the cache takes ${maxBytes}`
    return new PipelineError('MODEL_LOAD_FAILED', message)
  }

  /** When a slot is to load the model for rows that came then: at once, after they have waited for another, or never. */
  #dueAtMs({ model, oldestAtMs, slot: only }: ModelDemand, slots: readonly SlotLoad[]): number {
    if (this.#isComing(model)) return Number.POSITIVE_INFINITY
    const holders = this.#held.slotsWith(model)
    if (only !== undefined) return holders.includes(only) ? Number.POSITIVE_INFINITY : oldestAtMs
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

  #isComing(model: ModelRef): boolean {
    return [...this.#coming.values()].some((coming) => modelId(coming.model) === modelId(model))
  }

  #reserve({ model, slot: only }: ModelDemand, { slots, demands }: Circumstances): void {
    const open = slots.filter(({ slot }) => !this.#coming.has(slot))
    if (this.#isLastToServe(open)) return
    const [chosen] = open
      .filter(({ slot }) => only === undefined || slot === only)
      .filter(({ slot }) => !this.#held.has(slot, model) && !this.#isAwaited(slot, demands))
      .sort((one, other) => this.#cost(one) - this.#cost(other))
    if (chosen !== undefined) this.#coming.set(chosen.slot, { state: 'reserved', model })
  }

  /** Returns the versions that are now everywhere; of the others one slot each is kept free, or a time to try again. */
  #advanceRenewals(now: Circumstances, dueTimes: number[]): readonly ModelRef[] {
    const renewed = this.#renewals.wanted().filter((newer) => this.#isRenewed(newer))
    for (const newer of renewed) this.#renewals.finish(newer)
    for (const newer of this.#renewals.wanted()) dueTimes.push(this.#reserveRenewal(newer, now))
    return renewed
  }

  /** The newer version is held wherever an older one is, and no slot is about to load an older one. */
  #isRenewed(newer: ModelRef): boolean {
    const isOlder = ({ key, version }: ModelRef): boolean => key === newer.key && version !== newer.version
    const isOlderComing = [...this.#coming.values()].some(({ model }) => isOlder(model))
    return !isOlderComing && this.#slotsBehind(newer).length === 0
  }

  #slotsBehind(newer: ModelRef): readonly number[] {
    const behind = this.#held.all(({ slot, model }) => model.key === newer.key && !this.#held.has(slot, newer))
    return behind.map(({ slot }) => slot)
  }

  /** Keeps one slot free to load the newer version, if none does. Returns when to ask again because of the time. */
  #reserveRenewal(newer: ModelRef, { slots, nowMs }: Circumstances): number {
    if (this.#isComing(newer) || newer.byteLength > this.#limits.maxBytes) return Number.POSITIVE_INFINITY
    const retryAtMs = this.#failures.retryAtMs(newer) ?? nowMs
    if (retryAtMs > nowMs) return retryAtMs
    const behind = this.#slotsBehind(newer)
    const open = slots.filter(({ slot }) => !this.#coming.has(slot))
    const [chosen] = open
      .filter(({ slot }) => behind.includes(slot))
      .sort((one, other) => one.running.length - other.running.length)
    if (chosen !== undefined && !this.#isLastToServe(open)) {
      this.#coming.set(chosen.slot, { state: 'reserved', model: newer })
    }
    return Number.POSITIVE_INFINITY
  }

  /** Rows wait for what the slot has loaded for them: of more models than fit, each runs once at least before it goes. */
  #isAwaited(slot: number, demands: readonly ModelDemand[]): boolean {
    const fresh = this.#fresh.get(slot)
    return fresh !== undefined && this.#held.has(slot, fresh) && isDemanded(fresh, demands)
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

  #orders(now: Circumstances): ModelOrder[] {
    const orders: ModelOrder[] = []
    for (const { slot, running } of now.slots) {
      const coming = this.#coming.get(slot)
      if (coming?.state !== 'reserved' || running.length > 0) continue
      this.#coming.set(slot, { state: 'loading', model: coming.model })
      orders.push(...this.#makeRoom(slot, coming.model, now))
    }
    return orders
  }

  #makeRoom(slot: number, model: ModelRef, now: Circumstances): readonly ModelOrder[] {
    const unload = new Map<number, ModelRef[]>([[slot, []]])
    const evict = (held: HeldModel): void => {
      this.#held.delete(held)
      unload.set(held.slot, [...(unload.get(held.slot) ?? []), held.model])
    }
    const isOther = (held: HeldModel): boolean => held.model.key !== model.key && !isRunning(held, now.slots)
    if (!this.#renewals.isWanted(model)) {
      this.#held.all((held) => held.slot === slot && held.model.key === model.key).forEach(evict)
    }
    while (this.#isFull()) {
      const evictable = this.#held.all(isOther)
      const oldest = evictable.find((held) => !isDemanded(held.model, now.demands)) ?? evictable[0]
      if (oldest === undefined) break
      evict(oldest)
    }
    return [...unload].map(([at, models]) => ({ slot: at, unload: models, model: at === slot ? model : undefined }))
  }

  /** Counts what is being loaded as if it were there already, and what it replaces as if it were gone. */
  #isFull(): boolean {
    const held = this.#held.all((one) => !this.#isReplaced(one)).map(({ model }) => model)
    const loading = [...this.#coming.values()].filter(({ state }) => state === 'loading').map(({ model }) => model)
    const counted = [...held, ...loading]
    const byteLength = counted.reduce((total, model) => total + model.byteLength, 0)
    return counted.length > this.#limits.maxEntries || byteLength > this.#limits.maxBytes
  }

  /** Both versions are there only for a while. */
  #isReplaced({ slot, model }: HeldModel): boolean {
    if (this.#renewals.isOutdated(model)) return true
    const newer = this.#renewals.wanted().find(({ key }) => key === model.key)
    if (newer === undefined || newer.version === model.version) return false
    return this.#held.has(slot, newer) || this.#coming.get(slot)?.model === newer
  }

  /** Outdated versions go once no rows want them. */
  #dropOutdated({ slots, demands }: Circumstances): readonly ModelOrder[] {
    const outdated = this.#held.all(
      (held) => this.#renewals.isOutdated(held.model) && !isRunning(held, slots) && !isDemanded(held.model, demands),
    )
    for (const held of outdated) this.#held.delete(held)
    this.#renewals.forgetSettled(this.#held.all(() => true))
    return outdated.map(({ slot, model }) => ({ slot, unload: [model], model: undefined }))
  }
}

/** Whether the slot has a batch of the model, or is in no state to let go of one. */
function isRunning({ slot, model }: HeldModel, slots: readonly SlotLoad[]): boolean {
  const load = slots.find((one) => one.slot === slot)
  return load === undefined || load.running.some((running) => modelId(running) === modelId(model))
}

function isDemanded(model: ModelRef, demands: readonly ModelDemand[]): boolean {
  return demands.some((demand) => modelId(demand.model) === modelId(model))
}
