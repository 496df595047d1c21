import {
  type LoadContext,
  type LoadedModel,
  type ModelLoader,
  type ModelRef,
  PipelineError,
  toErrorData,
} from '@redesmyn/core'

export interface ModelHolderParts {
  readonly loader: ModelLoader<unknown>
  readonly context: LoadContext
  /** Wraps calls that may enter native code, so that the thread is not ended inside one. */
  readonly guard: <Result>(call: () => Promise<Result>) => Promise<Result>
}

interface HeldModel {
  readonly version: string
  readonly model: unknown
}

/** The models that one thread has loaded: one version of each key. */
export class ModelHolder {
  readonly #parts: ModelHolderParts
  readonly #held = new Map<string, HeldModel>()

  constructor(parts: ModelHolderParts) {
    this.#parts = parts
  }

  /** Another version of the same key is let go first. Rejects with MODEL_LOAD_FAILED and what the loader said. */
  async load(ref: ModelRef): Promise<void> {
    const { loader, context, guard } = this.#parts
    await this.#drop(ref.key)
    try {
      const model = await guard(async () => loader.load(ref, context))
      this.#held.set(ref.key, { version: ref.version, model })
    } catch (thrown) {
      throw loadFailed(ref, thrown)
    }
  }

  loaded(): readonly LoadedModel[] {
    return Array.from(this.#held, ([key, { version }]) => ({ key, version }))
  }

  /** Throws INTERNAL for a model that this thread was not told to load. */
  get({ key, version }: ModelRef): unknown {
    const held = this.#held.get(key)
    if (held?.version === version) return held.model
    throw new PipelineError('INTERNAL', `the model "${key}" of version "${version}" is not loaded here`)
  }

  /** What is not held is passed over. Never rejects: a model that cannot be disposed of is logged. */
  async unload(models: readonly ModelRef[]): Promise<void> {
    for (const { key, version } of models) if (this.#held.get(key)?.version === version) await this.#drop(key)
  }

  async #drop(key: string): Promise<void> {
    const held = this.#held.get(key)
    if (held === undefined) return
    const { loader, context, guard } = this.#parts
    this.#held.delete(key)
    try {
      await guard(async () => loader.dispose?.(held.model))
    } catch (err) {
      context.log.warn({ err, model: key }, 'A model could not be disposed of.')
    }
  }
}

/** Says what went wrong, but not where the store lies: clients read the message. */
function loadFailed({ key, path }: ModelRef, thrown: unknown): PipelineError {
  const reason = toErrorData(thrown, 'MODEL_LOAD_FAILED').message.replaceAll(path, key)
  return new PipelineError('MODEL_LOAD_FAILED', `the model "${key}" could not be loaded: ${reason}`, { cause: thrown })
}
