import { PipelineError } from '../errors/pipeline-error.ts'
import type { NoModel } from '../handler/handler-context.ts'
import type { EventSchema } from '../schema/event-schema.ts'
import type { Fitting } from '../schema/fits.ts'
import type { ObjectSchema } from '../schema/object-schema.ts'
import type { RowInputOf, RowOf } from '../schema/static.ts'
import { type AnyStage, isStage } from '../stage/any-stage.ts'
import type { AnyCallOptions, StageCall } from '../stage/call-options.ts'
import { DirectCall } from '../stage/direct-call.ts'
import { DirectStream } from '../stage/direct-stream.ts'
import type { Stage } from '../stage/stage.ts'
import type { StreamStage } from '../stage/stream-stage.ts'
import { type AnyPipeline, isPipeline } from './any-pipeline.ts'
import { assertFits } from './assert-fits.ts'
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
   * must come with types that hold them. Throws SCHEMA_NOT_ASSIGNABLE naming both stages and the columns.
   */
  to<I2 extends ObjectSchema, O2 extends ObjectSchema, M2 = NoModel>(
    next: Fitting<O, I2, Pipeline<I2, O2, M2>> & OneModel<M, M2>,
  ): Pipeline<I, O2, JoinedModel<M, M2>>
  /** A stage that streams is a pipeline's last. */
  to<I2 extends ObjectSchema, E extends EventSchema, M2 = NoModel>(
    next: Fitting<O, I2, StreamStage<I2, E, M2>> & OneModel<M, M2>,
  ): StreamPipeline<I, E, JoinedModel<M, M2>>
  // Of what fits nowhere the compiler tells why it does not fit the last.
  to<I2 extends ObjectSchema, O2 extends ObjectSchema, M2 = NoModel>(
    next: Fitting<O, I2, Stage<I2, O2, M2>> & OneModel<M, M2>,
  ): Pipeline<I, O2, JoinedModel<M, M2>>
  /** For the compiler only: a pipeline of other columns or another model is another type. */
  readonly '~types'?: (input: I, output: O, model: M) => readonly [I, O, M]
}

/** An endpoint has one model cache, so one stage of a pipeline may take a model. */
type OneModel<M, M2> = [M] extends [NoModel] ? unknown : [M2] extends [NoModel] ? unknown : never

type JoinedModel<M, M2> = [M] extends [NoModel] ? M2 : M

/** Starts a pipeline with its ingress: `pipe(decode).to(score)`. */
export function pipe<I extends ObjectSchema, O extends ObjectSchema, M = NoModel>(
  first: Stage<I, O, M>,
): Pipeline<I, O, M>
export function pipe<I extends ObjectSchema, E extends EventSchema, M = NoModel>(
  first: StreamStage<I, E, M>,
): StreamPipeline<I, E, M>
export function pipe(first: unknown): AnyPipeline {
  if (!isStage(first)) throw new PipelineError('CONFIG_INVALID', `pipe takes a stage, got ${typeof first}`)
  return createPipeline([first])
}

/** The stages of what an endpoint serves. Throws CONFIG_INVALID for anything but a stage or a pipeline. */
export function stagesOf(served: unknown, owner: string): readonly AnyStage[] {
  if (isStage(served)) return [served]
  if (isPipeline(served)) return served.stages
  throw new PipelineError('CONFIG_INVALID', `${owner} must be a stage or a pipeline, got ${typeof served}`)
}

function createPipeline(stages: readonly AnyStage[]): AnyPipeline {
  const definition: AnyPipeline & { readonly to: (next: unknown) => AnyPipeline } = {
    '~kind': 'pipeline',
    stages: Object.freeze(stages),
    input: stages[0].input,
    output: stages[stages.length - 1].output,
    to: (next) => createPipeline(join(stages, stagesOf(next, 'what follows in a pipeline'))),
  }
  return Object.freeze(Object.assign(directRun(stages), definition))
}

/** What a direct call of the pipeline is: rows, or where the last stage streams, its events. */
function directRun(stages: readonly AnyStage[]) {
  const last = stages[stages.length - 1]
  const isStream = last.events !== undefined
  const calls = (isStream ? stages.slice(0, -1) : stages).map((stage) => new DirectCall(stage))
  const run = async (records: readonly unknown[], options?: AnyCallOptions) => {
    let rows = records
    for (const call of calls) rows = await call.run(rows, options)
    return rows
  }
  if (!isStream) return run
  const streamed = new DirectStream(last)
  return async function* (records: readonly unknown[], options?: AnyCallOptions) {
    yield* streamed.run(await run(records, options), options)
  }
}

/** Throws CONFIG_INVALID where a stage would come twice or follow one that streams, and SCHEMA_NOT_ASSIGNABLE. */
function join(stages: readonly AnyStage[], next: readonly AnyStage[]): readonly AnyStage[] {
  const last = stages[stages.length - 1]
  if (last.events !== undefined) {
    const message = `the stage "${last.name}" streams its answer, so "${next[0].name}" cannot follow it`
    throw new PipelineError('CONFIG_INVALID', message)
  }
  const twice = next.find(({ name }) => stages.some((stage) => stage.name === name))
  if (twice !== undefined) {
    throw new PipelineError('CONFIG_INVALID', `the stage "${twice.name}" comes twice in a pipeline`)
  }
  assertFits(last, next[0])
  return [...stages, ...next]
}
