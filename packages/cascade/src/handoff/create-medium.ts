import { PipelineError, type Placement } from '@redesmyn/core'
import type { Guarantees } from './between.ts'
import type { Medium } from './medium.ts'
import { stageElsewhere } from './stage-elsewhere.ts'

export interface MediumOptions<P extends Placement> {
  readonly placement: P
  readonly guarantees: Guarantees
  /** See `AnyMedium`. */
  readonly configuredAs?: string
  /** Default 4. */
  readonly maxCalls?: number
  /** See `Medium`. */
  readonly open: Medium<P>['open']
}

/** A way to stages elsewhere that handoffs can go over: ours are made so, and so is one of your own. Throws CONFIG_INVALID. */
export function createMedium<P extends Placement>(options: MediumOptions<P>): Medium<P> {
  const { placement, guarantees, configuredAs, maxCalls = 4, open } = options
  if (!Number.isInteger(maxCalls) || maxCalls < 1) {
    throw new PipelineError('CONFIG_INVALID', `maxCalls of a placement must be a whole number >= 1, got ${maxCalls}`)
  }
  const made: Medium<P> = {
    '~kind': 'medium',
    placement,
    guarantees,
    ...(configuredAs !== undefined && { configuredAs }),
    maxCalls,
    open,
    place: (stage) => stageElsewhere(stage, made),
  }
  return Object.freeze(made)
}
