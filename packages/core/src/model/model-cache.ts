import type { Log } from '../handler/log.ts'
import { PipelineError } from '../errors/pipeline-error.ts'
import { type PathTemplate, parsePathTemplate } from './path-template.ts'

/** A model as it lies in a store: one file, or one folder of files. */
export interface Artifact {
  /** Where a loader finds it: for a folder as store, an absolute path. */
  readonly path: string
  /** Another text whenever the bytes are others. */
  readonly version: string
  readonly byteLength: number
  /** When the bytes were last changed, in milliseconds since 1970; undefined where the store does not know. */
  readonly modifiedAtMs?: number
}

/** An artifact that was found by listing a store, and its path there. */
export interface ListedArtifact extends Artifact {
  readonly key: string
}

/** Where artifacts live. */
export interface ModelStore {
  /**
   * What lies at a path of the store, which starts with a slash, or undefined where nothing does, or nothing that may
   * be read. `appFolder` is the folder of the app module, against which the store's own relative paths resolve.
   */
  stat(path: string, appFolder: string): Promise<Artifact | undefined>
  /** All artifacts whose path the template matches, in any order; needed for `prefetch` only. */
  list?(template: PathTemplate, appFolder: string): Promise<readonly ListedArtifact[]>
}

export interface LoadContext {
  readonly stage: string
  /** 1 for the first thread of the stage. */
  readonly slot: number
  readonly log: Log
}

/** Makes a model of an artifact, in the thread that will run it. */
export interface ModelLoader<M> {
  /** What it throws becomes MODEL_LOAD_FAILED for the requests that wait. */
  load(artifact: Artifact, context: LoadContext): M | Promise<M>
  /** Frees what the garbage collector does not see; called once, when no batch uses the model any more. */
  dispose?(model: M): void | Promise<void>
}

export interface ModelCacheOptions<M> {
  readonly store: ModelStore
  /** Path of an artifact in the store, with parameters of the endpoint's path: `/{run_id}/{model_id}/model.onnx`. */
  readonly path: string
  readonly load: ModelLoader<M>
  readonly maxEntries?: number
  readonly maxBytes?: number
  readonly notFoundTtlMs?: number
  readonly refresh?: { readonly everySeconds: number }
  readonly prefetch?: 'all' | 'none'
}

/** How an endpoint's path parameters lead to a loaded model; complete and checked. */
export interface ModelCache<M> {
  readonly store: ModelStore
  readonly path: PathTemplate
  readonly load: ModelLoader<M>
  /** Loaded models of a stage at most, each counted once for every thread that holds it. Default 128. */
  readonly maxEntries: number
  /** Bytes of their artifacts at most, counted likewise. Default: no bound. */
  readonly maxBytes: number
  /** How long the store is not asked again for an artifact that it lacks, in milliseconds. Default 1000. */
  readonly notFoundTtlMs: number
  /** After how many milliseconds the store is asked for a newer version; undefined, the default: never. */
  readonly refreshMs: number | undefined
  /**
   * `all`: what the store holds is loaded before the first request, the newest first, until a limit is reached.
   * Default `none`: a model is loaded when a request first asks for it.
   */
  readonly prefetch: 'all' | 'none'
}

/** The models behind an endpoint, loaded when a request first asks for one or beforehand. Throws CONFIG_INVALID. */
export function modelCache<M>(options: ModelCacheOptions<M>): ModelCache<M> {
  const { store, load, maxEntries = 128, maxBytes = Number.POSITIVE_INFINITY, notFoundTtlMs = 1000, refresh } = options
  const { prefetch = 'none' } = options
  if (!Number.isSafeInteger(maxEntries) || maxEntries < 1)
    throw invalid('maxEntries', 'a whole number >= 1', maxEntries)
  if (!(maxBytes >= 1)) throw invalid('maxBytes', 'a number >= 1', maxBytes)
  if (!(notFoundTtlMs >= 0)) throw invalid('notFoundTtlMs', 'a number >= 0', notFoundTtlMs)
  if (refresh !== undefined && !(refresh.everySeconds > 0)) {
    throw invalid('refresh.everySeconds', 'a number > 0', refresh.everySeconds)
  }
  if (prefetch !== 'all' && prefetch !== 'none') throw invalid('prefetch', '"all" or "none"', prefetch)
  if (prefetch === 'all' && store.list === undefined) {
    throw new PipelineError('CONFIG_INVALID', 'prefetch of a model cache needs a store with a method "list"')
  }
  return Object.freeze({
    store,
    path: parsePathTemplate(options.path),
    load,
    maxEntries,
    maxBytes,
    notFoundTtlMs,
    refreshMs: refresh && refresh.everySeconds * 1000,
    prefetch,
  })
}

function invalid(option: string, expected: string, received: unknown): PipelineError {
  return new PipelineError('CONFIG_INVALID', `${option} of a model cache must be ${expected}, got ${String(received)}`)
}
