import { PipelineError } from '../errors/pipeline-error.ts'
import type { NoModel } from '../handler/handler-context.ts'
import type { Fitting } from '../schema/fits.ts'
import type { ObjectSchema } from '../schema/object-schema.ts'
import type { RowInputOf, RowOf } from '../schema/static.ts'
import { type AnyStage, isStage } from '../stage/any-stage.ts'
import type { AnyCallOptions, StageCall } from '../stage/call-options.ts'
import { DirectCall } from '../stage/direct-call.ts'
import type { Stage } from '../stage/stage.ts'
import { type AnyPipeline, isPipeline } from './any-pipeline.ts'
import { assertFits } from './assert-fits.ts'

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
    next: Fitting<O, I2, Stage<I2, O2, M2>> & OneModel<M, M2>,
  ): Pipeline<I, O2, JoinedModel<M, M2>>
  to<I2 extends ObjectSchema, O2 extends ObjectSchema, M2 = NoModel>(
    next: Fitting<O, I2, Pipeline<I2, O2, M2>> & OneModel<M, M2>,
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
): Pipeline<I, O, M> {
  if (!isStage(first)) throw new PipelineError('CONFIG_INVALID', `pipe takes a stage, got ${typeof first}`)
  // The types were checked where they are known; what the runtime works with has none.
  return createPipeline([first]) as unknown as Pipeline<I, O, M>
}

/** The stages of what an endpoint serves. Throws CONFIG_INVALID for anything but a stage or a pipeline. */
export function stagesOf(served: unknown, owner: string): readonly AnyStage[] {
  if (isStage(served)) return [served]
  if (isPipeline(served)) return served.stages
  throw new PipelineError('CONFIG_INVALID', `${owner} must be a stage or a pipeline, got ${typeof served}`)
}

function createPipeline(stages: readonly AnyStage[]): AnyPipeline {
  const calls = stages.map((stage) => new DirectCall(stage))
  const definition: AnyPipeline & { readonly to: (next: unknown) => AnyPipeline } = {
    '~kind': 'pipeline',
    stages: Object.freeze(stages),
    input: stages[0].input,
    output: stages[stages.length - 1].output,
    to: (next) => createPipeline(join(stages, stagesOf(next, 'what follows in a pipeline'))),
  }
  const run = async (records: readonly unknown[], options?: AnyCallOptions) => {
    let rows = records
    for (const call of calls) rows = await call.run(rows, options)
    return rows
  }
  return Object.freeze(Object.assign(run, definition))
}

/** Throws CONFIG_INVALID where a stage would come twice, and SCHEMA_NOT_ASSIGNABLE. */
function join(stages: readonly AnyStage[], next: readonly AnyStage[]): readonly AnyStage[] {
  const twice = next.find(({ name }) => stages.some((stage) => stage.name === name))
  if (twice !== undefined) {
    throw new PipelineError('CONFIG_INVALID', `the stage "${twice.name}" comes twice in a pipeline`)
  }
  assertFits(stages[stages.length - 1], next[0])
  return [...stages, ...next]
}
