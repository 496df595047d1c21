import {
  compileRecordSchema,
  type Fitting,
  handler,
  type Handler,
  type NoModel,
  type ObjectSchema,
  type Pipeline,
  PipelineError,
  type RecordSchema,
  type Stage,
  stage,
  stagesOf,
  type TypedHandler,
} from '@redesmyn/core'
import type { AssetContext, FrameAsset } from './any-asset.ts'
import { checkName } from './asset-name.ts'
import { type GraphNode, type GraphValue, graphValue, isGraphValue, type RowStep } from './graph-value.ts'
import type { FrameOutput } from './make-frame.ts'
import type { TypedDataFrame } from './typed-data-frame.ts'

/** Rows in, as many rows out: an op of a graph asset, and a handler wherever one can stand. */
export interface RowOpOptions<I extends ObjectSchema, O extends ObjectSchema> {
  /** Of the step, and of the stage that runs it. */
  readonly name: string
  readonly input: I
  readonly output: O
  readonly handler: Handler<I, O, NoModel>
}

/** Stages as one step. */
export interface PipelineOpOptions<I extends ObjectSchema, O extends ObjectSchema> {
  readonly name: string
  readonly pipeline: Stage<I, O> | Pipeline<I, O>
}

/** A function over whole frames as one step. */
export interface FrameOpOptions<I extends Readonly<Record<string, ObjectSchema>>, O extends ObjectSchema> {
  readonly name: string
  /** What each frame has to be; more columns than these are left out. */
  readonly inputs: I
  readonly output: O
  readonly make: (
    inputs: { readonly [Name in keyof I]: TypedDataFrame<I[Name]> },
    context: AssetContext,
  ) => FrameOutput<NoInfer<O>> | Promise<FrameOutput<NoInfer<O>>>
}

/** A step over rows: called with a value of a graph asset it stands for the step's rows. */
export interface RowOp<I extends ObjectSchema, O extends ObjectSchema> {
  <R extends ObjectSchema>(value: Fitting<R, I, GraphValue<R>>): GraphValue<O>
}

/** A step over frames. */
export interface FrameOp<I extends Readonly<Record<string, ObjectSchema>>, O extends ObjectSchema> {
  <Values extends Readonly<Record<keyof I, unknown>>>(
    values: Values & { readonly [Name in keyof I]: ValueFor<I[Name], Values[Name]> },
  ): GraphValue<O>
}

type ValueFor<I extends ObjectSchema, Value> = Value extends GraphValue<infer R> ? Fitting<R, I, Value> : GraphValue<I>

/**
 * Defines a step of graph assets. What it takes and gives is checked where steps meet: by the compiler, when the graph is
 * defined, and row by row when it runs. Throws CONFIG_INVALID.
 */
export function op<I extends ObjectSchema, O extends ObjectSchema>(
  options: RowOpOptions<I, O>,
): RowOp<I, O> & TypedHandler<I, O>
export function op<I extends ObjectSchema, O extends ObjectSchema>(options: PipelineOpOptions<I, O>): RowOp<I, O>
export function op<I extends Readonly<Record<string, ObjectSchema>>, O extends ObjectSchema>(
  options: FrameOpOptions<I, O>,
): FrameOp<I, O>
export function op(options: AnyOpOptions): unknown {
  const { name } = options
  if (checkName('an op', name) === undefined) throw new PipelineError('CONFIG_INVALID', 'an op must have a name')
  if ('make' in options) return frameOp(options)
  if ('pipeline' in options) return rowOp({ name, pipeline: options.pipeline })
  const { input, output, handler: handle } = options
  return handlerOp(name, handler({ input, output, handle }))
}

type AnyOpOptions =
  | RowOpOptions<ObjectSchema, ObjectSchema>
  | PipelineOpOptions<ObjectSchema, ObjectSchema>
  | FrameOpOptions<Readonly<Record<string, ObjectSchema>>, ObjectSchema>

function rowOp(step: RowStep) {
  stagesOf(step.pipeline, `pipeline of op "${step.name}"`)
  return (value: unknown) => graphValue({ kind: 'rows', op: step, from: nodeOf(step.name, value) })
}

/** In a graph it gives a step, in a stage it handles batches. */
function handlerOp(name: string, handle: TypedHandler) {
  const asStep = rowOp({ name, pipeline: stage({ name, handler: handle }) })
  const run = (...call: Parameters<TypedHandler>) => (isGraphValue(call[0]) ? asStep(call[0]) : handle(...call))
  return Object.freeze(Object.assign(run, { ...handle }))
}

function frameOp({ name, inputs, output, make }: FrameOpOptions<Readonly<Record<string, ObjectSchema>>, ObjectSchema>) {
  const taken = Object.entries(inputs).map(([key, schema]): [string, RecordSchema] => {
    return [key, compileRecordSchema(schema, `inputs.${key} of op "${name}"`)]
  })
  // What it takes was checked by the compiler, where its types are known.
  const step = { name, takes: Object.fromEntries(taken), schema: output, make: make as FrameAsset['make'] }
  return (values: Readonly<Record<string, unknown>>) => {
    const from = taken.map(([key]): [string, GraphNode] => [key, nodeOf(name, values[key])])
    return graphValue({ kind: 'frames', op: step, from: Object.fromEntries(from) })
  }
}

function nodeOf(name: string, value: unknown): GraphNode {
  if (isGraphValue(value)) return value.node
  const message = `op "${name}" takes what an input or another op of its graph gives, got ${typeof value}`
  throw new PipelineError('CONFIG_INVALID', message)
}
