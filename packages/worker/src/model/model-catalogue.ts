import { type Clock, type Log, type ModelCache, type ModelRef, type PathParams, PipelineError } from '@redesmyn/core'
import { MissingModels } from './missing-models.ts'

export interface ModelCatalogueParts {
  readonly models: ModelCache<unknown>
  /** Of the app module: relative paths of the store resolve against it. */
  readonly appFolder: string
  readonly clock: Clock
  readonly log: Log
}

interface KnownModel {
  readonly ref: ModelRef
  readonly checkedAtMs: number
}

/** Refs that are remembered; what falls out is asked for again. */
const maxKnown = 10_000

/**
 * The front end's side of a model cache: from path parameters to the artifact and its version. The store is asked once
 * for an artifact, however many requests wait for it, and again when the refresh interval is over.
 */
export class ModelCatalogue {
  readonly #parts: ModelCatalogueParts
  readonly #known = new Map<string, KnownModel>()
  readonly #missing: MissingModels
  /** Times the store could not be asked for a newer version. */
  refreshErrors = 0
  readonly #asked = new Map<string, Promise<ModelRef | undefined>>()

  constructor(parts: ModelCatalogueParts) {
    this.#parts = parts
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
    if (this.#asked.has(key)) return
    this.#ask(key).catch((err: unknown) => {
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
    const { models, appFolder, clock } = this.#parts
    const known = this.#known.get(key)
    // A failed refresh, too, is not repeated before the next interval.
    if (known !== undefined) this.#known.set(key, { ...known, checkedAtMs: clock.now() })
    const artifact = await models.store.stat(key, appFolder)
    if (artifact === undefined) {
      if (known === undefined) this.#missing.add(key)
      return known?.ref
    }
    const { path, version, byteLength } = artifact
    const ref = known?.ref.version === version ? known.ref : { key, path, version, byteLength }
    this.#remember(key, ref)
    return ref
  }

  #remember(key: string, ref: ModelRef): void {
    this.#missing.delete(key)
    this.#known.set(key, { ref, checkedAtMs: this.#parts.clock.now() })
    if (this.#known.size <= maxKnown) return
    const [oldest] = this.#known.keys()
    this.#known.delete(oldest)
  }
}

function notFound(params: PathParams): PipelineError {
  const given = Object.entries(params).map(([name, value]) => `${name} "${value}"`)
  return new PipelineError('MODEL_NOT_FOUND', `there is no model for ${given.join(', ')}`, { details: { params } })
}
