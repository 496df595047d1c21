import { PipelineError } from '../errors/pipeline-error.ts'
import type { NoModel } from '../handler/handler-context.ts'
import type { EventSchema } from '../schema/event-schema.ts'
import type { Fitting } from '../schema/fits.ts'
import type { ObjectSchema } from '../schema/object-schema.ts'
import type { RowInputOf, RowOf } from '../schema/static.ts'
import { type AnyStage, isStage } from '../stage/any-stage.ts'
import type { StageCall } from '../stage/call-options.ts'
import type { Mixed } from '../stage/partitioned-options.ts'
import type { Stage } from '../stage/stage.ts'
import type { StreamStage } from '../stage/stream-stage.ts'
import { type AnyPipeline, isPipeline } from './any-pipeline.ts'
import { assertFits } from './assert-fits.ts'
import { assertReachable } from './assert-reachable.ts'
import { directRun } from './direct-run.ts'
import { type AnyHandoff, isHandoff } from './handoff.ts'
import type { EventsOf, Follows, FollowsHandoff, GivenOf, Joinable, JoinedModel, ModelOf, OutputOf } from './joined.ts'
import { mapStage } from './map-stage.ts'
import type { Placement } from '../stage/placement.ts'
import type { StreamPipeline } from './stream-pipeline.ts'

/**
 * Ordered stages, each with threads, batches and limits of its own. Called as a function it runs them one after the
 * other in the caller's own thread, as a stage does.
 */
export interface Pipeline<I extends ObjectSchema = ObjectSchema, O extends ObjectSchema = ObjectSchema, M = NoModel>
  extends AnyPipeline {
  (records: readonly RowInputOf<I>[], ...call: StageCall<M>): Promise<readonly RowOf<O>[]>
  /**
   * Joins a stage, or all stages of a pipeline, behind the last one. It may take fewer columns than come; those it takes
   * must come with types that hold them. A stage that streams is a pipeline's last. Throws SCHEMA_NOT_ASSIGNABLE naming
   * both stages and the columns.
   */
  to<N extends Joinable>(next: N & Follows<O, M, N>): Joined<I, M, N>
  /** The same over a handoff, whose map, where it has one, becomes a stage of its own in between. */
  to<H extends AnyHandoff, N extends Joinable>(
    handoff: H & Fitting<O, GivenOf<H>, unknown>,
    next: N & FollowsHandoff<H, M, N>,
  ): Joined<I, M, N>
  /** For the compiler only: a pipeline of other columns or another model is another type. */
  readonly '~types'?: (input: I, output: O, model: M) => readonly [I, O, M]
}

/** What comes of joining `N` behind a pipeline that takes `I`. */
export type Joined<I extends ObjectSchema, M, N> = [EventsOf<N>] extends [never]
  ? Pipeline<I, OutputOf<N>, JoinedModel<M, ModelOf<N>>>
  : StreamPipeline<I, EventsOf<N>, JoinedModel<M, ModelOf<N>>>

/** Starts a pipeline with its ingress: `pipe(decode).to(score)`. */
export function pipe<I extends ObjectSchema, O extends ObjectSchema, M = NoModel>(
  first: Stage<I, O, M>,
): Pipeline<I, O, M>
export function pipe<I extends ObjectSchema, E extends EventSchema, M = NoModel>(
  first: StreamStage<I, E, M>,
): StreamPipeline<I, E, M>
export function pipe(first: unknown): AnyPipeline {
  if (!isStage(first)) throw new PipelineError('CONFIG_INVALID', `pipe takes a stage, got ${typeof first}`)
  return pipelineOf({ stages: [first], placements: ['service'] })
}

/** The stages of what an endpoint serves. Throws CONFIG_INVALID for anything but a stage or a pipeline. */
export function stagesOf(served: unknown, owner: string): readonly AnyStage[] {
  if (isStage(served)) return [served]
  if (isPipeline(served)) return served.stages
  throw new PipelineError('CONFIG_INVALID', `${owner} must be a stage or a pipeline, got ${typeof served}`)
}

/** The stages of a pipeline, and how each is reached. */
export interface Road {
  readonly stages: readonly AnyStage[]
  readonly placements: readonly Placement[]
  readonly mixed?: Mixed | undefined
}

/** Stages that were joined before, or of which one takes the place of another, as a pipeline: nothing is checked again. */
export function pipelineOf({ stages, placements, mixed }: Road): AnyPipeline {
  const definition: AnyPipeline & { readonly to: (...next: readonly unknown[]) => AnyPipeline } = {
    '~kind': 'pipeline',
    stages: Object.freeze(stages),
    placements: Object.freeze(placements),
    ...(mixed !== undefined && { mixed }),
    input: stages[0].input,
    output: stages[stages.length - 1].output,
    to: (...next) => pipelineOf({ ...join({ stages, placements }, next), mixed }),
  }
  return Object.freeze(Object.assign(directRun(stages, mixed), definition))
}

/** Throws CONFIG_INVALID where a stage would come twice or follow one that streams, and SCHEMA_NOT_ASSIGNABLE. */
function join(road: Road, given: readonly unknown[]): Road {
  const [handoff, next] = isHandoff(given[0]) ? given : [undefined, given[0]]
  const following = roadOf(next)
  const last = road.stages[road.stages.length - 1]
  const [first] = following.stages
  if (last.events !== undefined) {
    const message = `the stage "${last.name}" streams its answer, so "${first.name}" cannot follow it`
    throw new PipelineError('CONFIG_INVALID', message)
  }
  const { stages, placements } = isHandoff(handoff) ? overHandoff(handoff, last, following) : following
  const twice = stages.find(({ name }) => road.stages.some((stage) => stage.name === name))
  if (twice !== undefined) {
    throw new PipelineError('CONFIG_INVALID', `the stage "${twice.name}" comes twice in a pipeline`)
  }
  assertFits(last, stages[0])
  return { stages: [...road.stages, ...stages], placements: [...road.placements, ...placements] }
}

function roadOf(next: unknown): Road {
  if (isPipeline(next)) return next
  const stages = stagesOf(next, 'what follows in a pipeline')
  return { stages, placements: stages.map(() => 'service') }
}

/**
 * What follows: each stage over the handoff's medium unless it has one of its own. Maps run in the sender's process, that of
 * the handoff before all.
 */
function overHandoff(handoff: AnyHandoff, before: AnyStage, { stages, placements }: Road): Road {
  const { given, taken, map, placement, medium } = handoff
  const [after] = stages
  for (const stage of stages) assertReachable(stage, placement)
  assertFits(before, { name: after.name, input: given })
  assertFits({ name: before.name, output: taken }, after)
  const there = stages.map((stage) => (placement === 'service' || stage.map ? stage : { medium, ...stage }))
  const reached = there.map((stage, index) => stage.medium?.placement ?? placements[index])
  if (map === undefined) return { stages: there, placements: reached }
  return { stages: [mapStage(handoff, map, before, after), ...there], placements: ['service', ...reached] }
}
