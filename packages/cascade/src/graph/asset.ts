import type { ColumnNameOf, Fitting, ModelCache, NoModel, ObjectSchema, Pipeline, Stage } from '@redesmyn/core'
import type { ModelOptions } from './asset-models.ts'
import { checkName } from './asset-name.ts'
import type { AnyDefinition, AssetDefinition, AssetInput, InputReference, RowsOf } from './definition.ts'
import { frameDefinition } from './frame-definition.ts'
import type { MakeFrame } from './make-frame.ts'
import { assertAssetOptionNames, frameOptionNames, pipelineOptionNames } from './option-names.ts'
import type { OutputOptions } from './output-options.ts'
import { pipelineDefinition } from './pipeline-definition.ts'

export type Later<Input> = Input | (() => Input)

export type AnyInput = Later<AnyDefinition>

/** Rows go through stages, part by part: for inputs of any size. */
export interface PipelineAssetOptions<
  R extends ObjectSchema,
  I extends ObjectSchema,
  O extends ObjectSchema,
  M = NoModel,
> extends OutputOptions,
    PartOptions {
  /** A source or another asset, or a function of one where two modules import each other. */
  readonly input: Later<AssetInput<R>>
  /** A stage or a pipeline that takes the input's rows; the columns of its output are the asset's. */
  readonly pipeline: Fitting<R, I, Pipeline<I, O, M> | Stage<I, O, M>>
  /**
   * Columns of the input: the rows of each call of a handler have the same values in them, which are in `context.params` as
   * text. The output has all rows in the order of the input. The stages need not take these columns.
   */
  readonly partitionBy?: readonly ColumnNameOf<NoInfer<R>>[]
  readonly inputs?: never
}

/** Rows go through stages of which one takes a model: what `partitionBy` says of them picks the artifact. */
export interface ModelledAssetOptions<R extends ObjectSchema, I extends ObjectSchema, O extends ObjectSchema, M>
  extends PipelineAssetOptions<R, I, O, M> {
  /** May be an endpoint's: its path names columns of `partitionBy` where the endpoint's has parameters. */
  readonly models: ModelCache<M>
  /** In a pipeline: the stage whose handler takes the model. A stage alone needs no saying. */
  readonly modelStage?: string
}

export interface PartOptions {
  /** Rows of a batch. Default 65,536. */
  readonly batchRows?: number
  /** Most rows of a part, the unit that is committed and retried. Default 1,000,000. */
  readonly partRows?: number
  /** Most bytes of a part, as they lie in the input's files. Default 128 MiB. */
  readonly partBytes?: number
}

/** One function over whole frames: for joins, sorts and totals. All of it is in memory at once. */
export interface FrameAssetOptions<I extends Readonly<Record<string, AnyInput>>, O extends ObjectSchema>
  extends OutputOptions {
  readonly inputs: I
  /** What a row of the asset is; what `make` returns is checked against it. */
  readonly schema: O
  readonly make: MakeFrame<I, NoInfer<O>>
  readonly input?: never
}

/** Something that a run makes and keeps. */
export type Asset<S extends ObjectSchema = ObjectSchema> = AssetDefinition & RowsOf<S>

/**
 * Defines an asset: of the rows of one input by stages, or of several inputs by a function over frames. Nothing runs until
 * a run selects it. Throws CONFIG_INVALID, and SCHEMA_NOT_ASSIGNABLE where the stages don't take what the input gives.
 */
export function asset<R extends ObjectSchema, I extends ObjectSchema, O extends ObjectSchema>(
  options: PipelineAssetOptions<R, I, O> & { readonly models?: never; readonly modelStage?: never },
): Asset<O>
export function asset<R extends ObjectSchema, I extends ObjectSchema, O extends ObjectSchema, M>(
  options: ModelledAssetOptions<R, I, O, M>,
): Asset<O>
export function asset<I extends Readonly<Record<string, AnyInput>>, O extends ObjectSchema>(
  options: FrameAssetOptions<I, O>,
): Asset<O>
export function asset(
  options: AnyPipelineOptions | FrameAssetOptions<Readonly<Record<string, AnyInput>>, ObjectSchema>,
): AssetDefinition {
  const name = checkName('an asset', options.name)
  const owner = name === undefined ? 'an asset' : `asset "${name}"`
  if (options.inputs === undefined) {
    assertAssetOptionNames<AnyPipelineOptions>(owner, options, pipelineOptionNames)
    return pipelineDefinition(owner, { ...options, step: undefined })
  }
  assertAssetOptionNames<FrameAssetOptions<Readonly<Record<string, AnyInput>>, ObjectSchema>>(
    owner,
    options,
    frameOptionNames,
  )
  return frameDefinition(owner, { ...options, step: undefined })
}

/** Without their types, which the compiler has checked. */
interface AnyPipelineOptions extends OutputOptions, PartOptions, ModelOptions {
  readonly input: InputReference
  readonly pipeline: unknown
  readonly partitionBy?: readonly string[]
  readonly inputs?: never
}
