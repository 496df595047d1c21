import type { ModelRef } from '../batch/batch-group.ts'
import type { PipelineError } from '../errors/pipeline-error.ts'

/** Over all slots of a stage; a model that two slots hold counts twice, and one that replaces another once with it. */
export interface CacheLimits {
  readonly maxEntries: number
  readonly maxBytes: number
}

/** Rows that wait for a slot with their model. */
export interface ModelDemand {
  readonly model: ModelRef
  /** When the oldest of them was submitted, in monotonic milliseconds. */
  readonly oldestAtMs: number
  /** The only slot that may run them; left out: any. */
  readonly slot?: number | undefined
}

/** A slot that takes batches, and the models of those it has, one for each batch. Slots that load may be left out. */
export interface SlotLoad {
  readonly slot: number
  readonly running: readonly ModelRef[]
}

/** What a slot is to do: let go of models, then load one, if any. */
export interface ModelOrder {
  readonly slot: number
  readonly unload: readonly ModelRef[]
  readonly model: ModelRef | undefined
}

/** A model whose rows cannot be served now: its last load failed, or it is larger than the cache. */
export interface RefusedModel {
  readonly model: ModelRef
  readonly error: PipelineError
}

export interface CachePlan {
  /** Each is told once. The end of a load is to be reported with `loaded` or `failed`. */
  readonly orders: readonly ModelOrder[]
  readonly refused: readonly RefusedModel[]
  /** Versions that are now held wherever an older one is: from here on rows are to want them. Each is told once. */
  readonly renewed: readonly ModelRef[]
  /** When rows will have waited long enough for a further load, or a load may be tried again; undefined: never. */
  readonly nextAtMs: number | undefined
}

/** How a version of a model stands: `renewing` while it serves and a newer one is to take its place. */
export type ModelState = 'absent' | 'loading' | 'ready' | 'renewing' | 'failed'
