import {
  type LoadContext,
  type LoadedModel,
  modelId,
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

/** A loaded model, in an object of its own because a loader may well give undefined. */
interface HeldModel {
  readonly ref: ModelRef
  readonly model: unknown
}

/** The models that one thread has loaded, of a key several versions while one takes the place of another. */
export class ModelHolder {
  readonly #parts: ModelHolderParts
  /** By `modelId`. */
  readonly #held = new Map<string, HeldModel>()

  constructor(parts: ModelHolderParts) {
    this.#parts = parts
  }

  /** Rejects with MODEL_LOAD_FAILED and what the loader said. */
  async load(ref: ModelRef): Promise<void> {
    const { loader, context, guard } = this.#parts
    await this.#drop(ref)
    try {
      const model = await guard(async () => loader.load(ref, context))
      this.#held.set(modelId(ref), { ref, model })
    } catch (thrown) {
      throw loadFailed(ref, thrown)
    }
  }

  loaded(): readonly LoadedModel[] {
    return Array.from(this.#held.values(), ({ ref: { key, version } }) => ({ key, version }))
  }

  /** Throws INTERNAL for a model that this thread was not told to load. */
  get(ref: ModelRef): unknown {
    const held = this.#held.get(modelId(ref))
    if (held !== undefined) return held.model
    throw new PipelineError('INTERNAL', `the model "${ref.key}" of version "${ref.version}" is not loaded here`)
  }

  /** What is not held is passed over. Never rejects: a model that cannot be disposed of is logged. */
  async unload(models: readonly ModelRef[]): Promise<void> {
    for (const model of models) await this.#drop(model)
  }

  async #drop(ref: ModelRef): Promise<void> {
    const held = this.#held.get(modelId(ref))
    if (held === undefined) return
    const { loader, context, guard } = this.#parts
    this.#held.delete(modelId(ref))
    try {
      await guard(async () => loader.dispose?.(held.model))
    } catch (err) {
      context.log.warn({ err, model: ref.key }, 'A model could not be disposed of.')
    }
  }
}

/** Says what went wrong, but not where the store lies: clients read the message. */
function loadFailed({ key, path }: ModelRef, thrown: unknown): PipelineError {
  const reason = toErrorData(thrown, 'MODEL_LOAD_FAILED').message.replaceAll(path, key)
  return new PipelineError('MODEL_LOAD_FAILED', `the model "${key}" could not be loaded: ${reason}`, { cause: thrown })
}
