import type { AnyMedium, AnyStage, Placement, StageCallOptions } from '@redesmyn/core'
import type { Between, Guarantees } from './between.ts'

/** Which placement a handoff goes over, as the author of a pipeline names it: `between.service()`. */
export interface Medium<P extends Placement = Placement> extends AnyMedium {
  readonly placement: P
  readonly guarantees: Guarantees
  /**
   * Opens the way to some stages, one behind the other. Throws CONFIG_INVALID where their columns are not declared, and
   * BETWEEN_UNSUPPORTED where they cannot be reached so.
   */
  open(stages: readonly AnyStage[], options?: OpenOptions): Between<P>
}

/** What the stages get where they run in the opener's own process, and when the way there is full. */
export interface OpenOptions extends Omit<StageCallOptions, 'signal' | 'deadlineMs'> {
  /** Bytes of all batches on their way at once; a larger batch goes alone. Default 64 MiB. */
  readonly maxBytes?: number
  /** Monotonic milliseconds. Default `performance.now`. */
  readonly nowMs?: () => number
  /** For back-off and choice where stages run elsewhere: 0 to 1, exclusive. Default `Math.random`. */
  readonly random?: () => number
  /** What names of `between.configured(name)` stand for. */
  readonly places?: ReadonlyMap<string, Medium>
}

/** By shape, because an app bundle may hold a second copy of this module. */
export function isMedium(value: unknown): value is Medium {
  return typeof value === 'object' && value !== null && '~kind' in value && value['~kind'] === 'medium'
}
