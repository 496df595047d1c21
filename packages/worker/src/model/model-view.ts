import type { ModelState } from '@redesmyn/core'
import type { KnownModel } from './known-models.ts'

/** One model of an endpoint, as people are shown it. */
export interface ModelView {
  /** Its path in the store. */
  readonly key: string
  /** `absent`: found in the store, and loaded by no thread. */
  readonly state: ModelState
  /** That requests are run with. */
  readonly version: string
  readonly sizeBytes: number
  /** How long requests have been run with this version, in milliseconds. */
  readonly updatedAgoMs: number
  /** After how many milliseconds a request makes the store be asked for a newer version; undefined: never. */
  readonly nextUpdateMs: number | undefined
}

export interface ViewedAt {
  readonly state: ModelState
  readonly nowMs: number
  readonly refreshMs: number | undefined
}

export function viewModel({ ref, knownAtMs, checkedAtMs }: KnownModel, at: ViewedAt): ModelView {
  const { state, nowMs, refreshMs } = at
  return {
    key: ref.key,
    state,
    version: ref.version,
    sizeBytes: ref.byteLength,
    updatedAgoMs: nowMs - knownAtMs,
    nextUpdateMs: refreshMs === undefined ? undefined : Math.max(0, checkedAtMs + refreshMs - nowMs),
  }
}
