import type { ObjectSchema, RowInputOf } from '@redesmyn/core'
import type { DataFrame } from 'nodejs-polars'
import type { AssetContext } from './any-asset.ts'
import type { SchemaOfInput } from './definition.ts'
import type { TypedDataFrame } from './typed-data-frame.ts'

/** Makes an asset of whole frames. Called in a thread of its own, once a run. */
export type MakeFrame<I, O extends ObjectSchema> = (
  inputs: FramesOf<I>,
  context: AssetContext,
) => FrameOutput<O> | Promise<FrameOutput<O>>

export type FramesOf<I> = { readonly [Name in keyof I]: TypedDataFrame<SchemaOfInput<I[Name]>> }

/** A frame, with its type or still to be checked, or rows. */
export type FrameOutput<O extends ObjectSchema> = TypedDataFrame<O> | DataFrame | readonly RowInputOf<O>[]
