import type { TProperties, TSchema } from 'typebox'

/**
 * Any TypeBox object, refined ones included: TypeBox's own `TObject` has a list of required names that a refined
 * schema's does not match.
 */
export interface ObjectSchema extends TSchema {
  readonly '~kind': 'Object'
  readonly type: 'object'
  readonly properties: TProperties
}
