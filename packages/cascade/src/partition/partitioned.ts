import {
  type AnyPipeline,
  type AnyStage,
  type ColumnNameOf,
  isPipeline,
  isStage,
  type NoModel,
  type ObjectSchema,
  type Pipeline,
  pipelineOf,
  PipelineError,
  type Stage,
  stage,
  type StageOptions,
} from '@redesmyn/core'
import type { PartitionedPipeline, PartitionedStage } from './partitioned-service.ts'

export interface PartitionOptions<K extends string> {
  /** Columns of the input whose values the rows of one call share; several make a tuple. */
  readonly by: readonly K[]
  /** Of the stage that reads the rows. Default: its own with the columns behind it, `score-by-region`. */
  readonly name?: string
}

/**
 * A stage or a pipeline each call of whose handlers gets rows of one partition, with its values as text in
 * `context.params`. Called or served as it is it refuses rows of several with PARTITION_MIXED; in runs, behind a handoff and
 * as `auto` they are split and the answers put together again. Throws CONFIG_INVALID for a column that the input lacks.
 */
export function partitioned<I extends ObjectSchema, O extends ObjectSchema, K extends ColumnNameOf<I>, M = NoModel>(
  served: Stage<I, O, M>,
  options: PartitionOptions<K>,
): PartitionedStage<I, O, K, M>
export function partitioned<I extends ObjectSchema, O extends ObjectSchema, K extends ColumnNameOf<I>, M = NoModel>(
  served: Pipeline<I, O, M>,
  options: PartitionOptions<K>,
): PartitionedPipeline<I, O, K, M>
export function partitioned(served: unknown, { by, name }: PartitionOptions<string>): unknown {
  if (isStage(served)) return withForms(partitionedStage(served, by, name), by)
  if (isPipeline(served)) {
    const { stages, placements } = served
    const [ingress, ...others] = stages
    return withForms(pipelineOf({ stages: [partitionedStage(ingress, by, name), ...others], placements }), by)
  }
  throw new PipelineError('CONFIG_INVALID', `partitioned takes a stage or a pipeline, got ${typeof served}`)
}

function partitionedStage(original: AnyStage, by: readonly string[], name: string | undefined): AnyStage {
  const { declared, handler, input, output, events } = original
  if (events !== undefined) {
    throw new PipelineError('CONFIG_INVALID', `the stage "${original.name}" yields events, and cannot be partitioned`)
  }
  const options = {
    ...declared,
    name: name ?? nameOf(original.name, by),
    handler,
    ...(input && { input: input.json }),
    ...(output && { output: output.json }),
    partitionBy: by,
  }
  // Its author's options were checked when it was made, and its handler is of these schemas.
  return stage(options as unknown as StageOptions<ObjectSchema, ObjectSchema, unknown>)
}

/** Both stages may be in one app, where threads find them by name. */
function nameOf(name: string, by: readonly string[]): string {
  return `${name}-by-${Array.from(by, String).join('-')}`.replaceAll(/[^\w-]/g, '-').slice(0, 64)
}

/** Frozen objects are not added to: the call and all properties go to another one. */
function withForms<Served extends AnyStage | AnyPipeline>(served: Served, by: readonly string[]): Served {
  const call = served as unknown as (...input: readonly unknown[]) => unknown
  const forms: Served = Object.defineProperties(
    ((...input: readonly unknown[]) => call(...input)) as unknown as Served,
    { ...Object.getOwnPropertyDescriptors(served), by: { value: Object.freeze([...by]), enumerable: true } },
  )
  const whole: AnyStage | AnyPipeline = forms
  const road = isPipeline(whole) ? whole : { stages: [whole], placements: ['service'] as const }
  const auto = pipelineOf({ stages: road.stages, placements: road.placements, mixed: 'split' })
  return Object.freeze(Object.defineProperty(forms, 'auto', { value: auto, enumerable: true }))
}
