import type { AnyStage, ModelCache, RecordSchema } from '@redesmyn/core'
import type { FormatName, FormatOptions } from '../source/source-format.ts'
import type { WriteOptions } from '../sink/sink-format.ts'

/** Files that somebody else has written, without their types: what a run reads. */
export interface AnySource {
  readonly '~kind': 'source'
  readonly name: string
  readonly schema: RecordSchema
  /** Globs as the user wrote them; they resolve against the app module's folder. */
  readonly from: readonly string[]
  /** Undefined: by the files' names. */
  readonly format: FormatName | undefined
  readonly options: FormatOptions
}

/** Something that a run makes and keeps, without its types. */
export type AnyAsset = PipelineAsset | FrameAsset

/** Rows that go through stages, part by part. */
export interface PipelineAsset extends AssetOutput {
  readonly kind: 'pipeline'
  readonly input: AnySource | AnyAsset
  readonly stages: readonly AnyStage[]
  /** Columns of the input that keep rows apart: each call of a handler gets rows with the same values. Undefined: none. */
  readonly partitionBy: readonly string[] | undefined
  /** Undefined where no stage takes a model. */
  readonly models: ModelCache<unknown> | undefined
  /** Name of the stage whose handler takes the model. */
  readonly modelStage: string | undefined
  /** Rows of a batch. Default 65,536. */
  readonly batchRows: number
  readonly partRows: number
  readonly partBytes: number
}

/** One function over whole frames, for what needs all rows at once. */
export interface FrameAsset extends AssetOutput {
  readonly kind: 'frame'
  readonly inputs: Readonly<Record<string, AnySource | AnyAsset>>
  /** What rows of an input have to be, by the input's key, where that is less than the input's own schema. */
  readonly takes?: Readonly<Record<string, RecordSchema>>
  /** It is given a `TypedDataFrame` for each input; what it returns is checked against the schema. */
  readonly make: (inputs: Readonly<Record<string, unknown>>, context: AssetContext) => unknown
}

export interface AssetContext {
  readonly asset: string
  readonly runId: string
  readonly signal: AbortSignal
}

export interface AssetOutput {
  readonly '~kind': 'asset'
  readonly name: string
  /** What a row of the asset is. */
  readonly schema: RecordSchema
  /** Folder; resolves against the app module's. */
  readonly to: string
  readonly format: FormatName
  readonly options: WriteOptions
  readonly rejects: { readonly to: string | undefined; readonly maxRows: number; readonly maxRatio: number }
  /** Undefined: the hash of the bundled code. */
  readonly version: string | undefined
  /** Name of the graph asset that this is a step of; the graph asset itself is the last step. */
  readonly stepOf?: string
}
