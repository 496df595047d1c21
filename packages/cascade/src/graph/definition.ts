import type { ObjectSchema } from '@redesmyn/core'
import type { AnySource, FrameAsset, PipelineAsset } from './any-asset.ts'

/** What a user's module holds: names may be missing, and inputs may be told later. `findAssets` makes assets of them. */
export type AnyDefinition = SourceDefinition | AssetDefinition

export interface SourceDefinition extends Omit<AnySource, 'name'> {
  readonly name: string | undefined
}

export type AssetDefinition = PipelineDefinition | FrameDefinition

export interface PipelineDefinition extends Omit<PipelineAsset, 'name' | 'input' | 'stepOf'> {
  readonly name: string | undefined
  readonly input: InputReference
  readonly step: StepPlace | undefined
}

export interface FrameDefinition extends Omit<FrameAsset, 'name' | 'inputs' | 'stepOf'> {
  readonly name: string | undefined
  readonly inputs: Readonly<Record<string, InputReference>>
  readonly step: StepPlace | undefined
}

/** A function where two modules import each other, and one of them is not there yet. */
export type InputReference = AnyDefinition | (() => AnyDefinition)

/** Of a step of a graph asset that is not the last: it has its name from the asset. */
export interface StepPlace {
  readonly name: string
  readonly owner: () => AssetDefinition
}

/** For the compiler only: rows of another schema are another type. */
export interface RowsOf<S extends ObjectSchema> {
  readonly '~types'?: (schema: S) => S
}

/** What an asset can be made of: a source, or an asset. */
export type AssetInput<S extends ObjectSchema> = AnyDefinition & RowsOf<S>

/** The schema of an input. */
export type SchemaOfInput<I> = I extends () => infer Given ? SchemaOfGiven<Given> : SchemaOfGiven<I>

type SchemaOfGiven<Given> = Given extends RowsOf<infer S> ? S : ObjectSchema

/** Recognised by shape, because an app bundle may hold a second copy of this module. */
export function isDefinition(value: unknown): value is AnyDefinition {
  if (typeof value !== 'object' || value === null || !('~kind' in value)) return false
  return value['~kind'] === 'source' || value['~kind'] === 'asset'
}
