import { type Clock, type Log, type ModelCache, type ModelRef, type PathParams, PipelineError } from '@redesmyn/core'
import { KnownModels } from './known-models.ts'
import { MissingModels } from './missing-models.ts'
import type { ListedModel, ModelHost } from './model-host.ts'
import { type ModelView, viewModel } from './model-view.ts'

export interface ModelCatalogueParts {
  readonly models: ModelCache<unknown>
  /** Of the app module: relative paths of the store resolve against it. */
  readonly appFolder: string
  /** Undefined where no stage holds models because it did not start. */
  readonly host: ModelHost | undefined
  /** Parameters that calls may have, those included that pick no artifact. */
  readonly callNames: readonly string[]
  readonly clock: Clock
  readonly log: Log
}

/** What was found beforehand, and how much of it the stage could hold. */
export interface PrefetchReport {
  readonly found: number
  readonly loaded: number
}

/**
 * The front end's side of a model cache: from path parameters to the artifact and its version. The store is asked once
 * for an artifact, however many requests wait for it, and again when the refresh interval is over.
 */
export class ModelCatalogue {
  readonly #parts: ModelCatalogueParts
  readonly #known: KnownModels
  readonly #missing: MissingModels
  /** Times the store could not be asked for a newer version. */
  refreshErrors = 0
  readonly #asked = new Map<string, Promise<ModelRef | undefined>>()

  constructor(parts: ModelCatalogueParts) {
    this.#parts = parts
    this.#known = new KnownModels(parts.clock)
    this.#missing = new MissingModels(parts.models.notFoundTtlMs, parts.clock)
  }

  /**
   * At once where the artifact was found before. Throws PARAMETER_INVALID, and MODEL_NOT_FOUND when the store lacked
   * the artifact lately; rejects with that or, when the store cannot be read, with MODEL_LOAD_FAILED.
   */
  resolve(params: PathParams): ModelRef | Promise<ModelRef> {
    const { models, clock } = this.#parts
    const key = models.path.fill(params)
    const known = this.#known.get(key)
    if (known !== undefined) {
      const isStale = models.refreshMs !== undefined && clock.now() - known.checkedAtMs >= models.refreshMs
      if (isStale) this.#refresh(key)
      return known.ref
    }
    if (this.#missing.has(key)) throw notFound(params)
    return this.#find(key, params)
  }

  /** Finds all artifacts and has them loaded, the newest first. Rejects where the store cannot be listed. */
  async prefetch(signal: AbortSignal): Promise<PrefetchReport> {
    const { models, appFolder, host } = this.#parts
    const listed = (await models.store.list?.(models.path, appFolder)) ?? []
    // Of more than can be remembered, the newest are what was added last.
    const oldestFirst = listed.toSorted((one, other) => {
      return (one.modifiedAtMs ?? 0) - (other.modifiedAtMs ?? 0) || (one.key < other.key ? 1 : -1)
    })
    const found = oldestFirst.map((artifact): ListedModel => {
      return { ref: this.#known.add(artifact.key, artifact), params: this.#paramsOf(artifact.key) }
    })
    return { found: found.length, loaded: (await host?.prefetch(found.toReversed(), signal)) ?? 0 }
  }

  /** What was found so far, and how each stands: a view for people. */
  list(): readonly ModelView[] {
    const { host, clock, models } = this.#parts
    return this.#known.all().map((known) => {
      return viewModel(known, {
        state: host?.stateOf(known.ref) ?? 'absent',
        nowMs: clock.now(),
        refreshMs: models.refreshMs,
      })
    })
  }

  /** Asks the store for newer versions now. Never rejects: what cannot be asked for is logged, and goes on being used. */
  async refresh(): Promise<void> {
    await Promise.all(this.#known.all().map(({ ref }) => this.#askAgain(ref.key)))
  }

  #paramsOf(key: string): PathParams | undefined {
    const { models, callNames } = this.#parts
    const { path } = models
    return callNames.every((name) => path.names.includes(name)) ? path.read(key) : undefined
  }

  async #find(key: string, params: PathParams): Promise<ModelRef> {
    let ref: ModelRef | undefined
    try {
      ref = await this.#ask(key)
    } catch (cause) {
      throw new PipelineError('MODEL_LOAD_FAILED', 'the model store cannot be read', { cause })
    }
    if (ref === undefined) throw notFound(params)
    return ref
  }

  /** Requests go on with the version they have; one that is gone from the store, or cannot be seen, goes on being used. */
  #refresh(key: string): void {
    if (!this.#asked.has(key)) void this.#askAgain(key)
  }

  async #askAgain(key: string): Promise<void> {
    await this.#ask(key).catch((err: unknown) => {
      this.refreshErrors++
      this.#parts.log.warn({ err, model: key }, 'The model store could not be asked for a newer version.')
    })
  }

  #ask(key: string): Promise<ModelRef | undefined> {
    const asked = this.#asked.get(key)
    if (asked !== undefined) return asked
    const asking = this.#stat(key).finally(() => this.#asked.delete(key))
    this.#asked.set(key, asking)
    return asking
  }

  async #stat(key: string): Promise<ModelRef | undefined> {
    const { models, appFolder } = this.#parts
    // A failed refresh, too, is not repeated before the next interval.
    this.#known.checked(key)
    const artifact = await models.store.stat(key, appFolder)
    const known = this.#known.get(key)
    if (artifact === undefined) {
      if (known === undefined) this.#missing.add(key)
      return known?.ref
    }
    this.#missing.delete(key)
    if (known === undefined) return this.#known.add(key, artifact)
    const newer = this.#known.newer(key, artifact)
    if (newer !== undefined) this.#renew(newer)
    return known.ref
  }

  /** The version that is known serves until the newer one is loaded. */
  #renew(newer: ModelRef): void {
    const { host } = this.#parts
    if (host === undefined) this.#known.replace(newer)
    else host.renew(newer, (loaded) => this.#known.replace(loaded))
  }
}

function notFound(params: PathParams): PipelineError {
  const given = Object.entries(params).map(([name, value]) => `${name} "${value}"`)
  return new PipelineError('MODEL_NOT_FOUND', `there is no model for ${given.join(', ')}`, { details: { params } })
}
