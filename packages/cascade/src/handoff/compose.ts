import {
  type AnyHandoff,
  type AnyPipeline,
  type AnyStage,
  type Fitting,
  type FollowsHandoff,
  type GivenOf,
  type InputOf,
  isPipeline,
  isStage,
  type Joinable,
  type Joined,
  type ModelOf,
  type OutputOf,
  pipe,
  PipelineError,
  type Stage,
} from '@redesmyn/core'

/**
 * Joins two services over a handoff, right to left as functions compose: `compose(x, handoff, u)` is
 * `pipe(u).to(handoff, x)`, the same pipeline. Throws what `to` throws.
 */
export function compose<N extends Joinable, H extends AnyHandoff, U extends Joinable>(
  next: N & FollowsHandoff<H, ModelOf<U>, N>,
  handoff: H & Fitting<OutputOf<U>, GivenOf<H>, unknown>,
  first: U,
): Joined<InputOf<U>, ModelOf<U>, N>
export function compose(next: Joinable, handoff: AnyHandoff, first: Joinable): AnyPipeline {
  return start(first).to(handoff, next)
}

/** The compiler has checked the types, where they are known; pipelines check them again. */
interface UntypedPipeline extends AnyPipeline {
  to(handoff: AnyHandoff, next: Joinable): AnyPipeline
}

function start(first: AnyStage | AnyPipeline): UntypedPipeline {
  if (isPipeline(first)) return first as UntypedPipeline
  if (isStage(first)) return pipe(first as Stage)
  throw new PipelineError('CONFIG_INVALID', `compose takes stages or pipelines, got ${typeof first}`)
}
