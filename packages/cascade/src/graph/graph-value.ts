import type { ObjectSchema, RecordSchema } from '@redesmyn/core'
import type { FrameAsset } from './any-asset.ts'
import type { InputReference, RowsOf } from './definition.ts'

/** What stands for rows while a graph asset is defined: an input of it, or what an op will give. */
export interface GraphValue<S extends ObjectSchema = ObjectSchema> extends RowsOf<S> {
  readonly '~kind': 'graph-value'
  readonly node: GraphNode
}

export type GraphNode =
  | { readonly kind: 'input'; readonly input: InputReference }
  | { readonly kind: 'rows'; readonly op: RowStep; readonly from: GraphNode }
  | { readonly kind: 'frames'; readonly op: FrameStep; readonly from: Readonly<Record<string, GraphNode>> }

export type CallNode = Exclude<GraphNode, { readonly kind: 'input' }>

/** An op over rows without its types. */
export interface RowStep {
  readonly name: string
  readonly pipeline: unknown
}

/** An op over frames without its types. */
export interface FrameStep {
  readonly name: string
  readonly takes: Readonly<Record<string, RecordSchema>>
  readonly schema: ObjectSchema
  readonly make: FrameAsset['make']
}

export function graphValue<S extends ObjectSchema>(node: GraphNode): GraphValue<S> {
  return Object.freeze({ '~kind': 'graph-value', node })
}

/** Recognised by shape, because an app bundle may hold a second copy of this module. */
export function isGraphValue(value: unknown): value is GraphValue {
  return typeof value === 'object' && value !== null && '~kind' in value && value['~kind'] === 'graph-value'
}
