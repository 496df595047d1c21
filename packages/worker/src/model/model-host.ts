import type { ModelRef, ModelState, PathParams } from '@redesmyn/core'

/** A model that a store holds. */
export interface ListedModel {
  readonly ref: ModelRef
  /** What calls for it have as parameters; undefined where they have others besides. */
  readonly params: PathParams | undefined
}

/** Where the models of a catalogue are held: the slots of a stage. */
export interface ModelHost {
  /**
   * A newer version was found. It is loaded wherever an older one is held, one slot after another, while that goes on
   * serving; `onRenewed` is called once when that is done, and then requests are to name it. A version that is renewed
   * again meanwhile is told for the last one only.
   */
  renew(newer: ModelRef, onRenewed: (newer: ModelRef) => void): void
  /** Loads models before the first request, the first ones first; resolves with how many were. Never rejects. */
  prefetch(models: readonly ListedModel[], signal: AbortSignal): Promise<number>
  stateOf(model: ModelRef): ModelState
}
