import type { ObjectSchema } from './object-schema.ts'
import type { RowOf } from './static.ts'

/** `Next`, where rows of `O` can be given to what takes rows of `I`; else `Misfit`. Without a schema anything fits. */
export type Fitting<O extends ObjectSchema, I extends ObjectSchema, Next> = ObjectSchema extends I
  ? Next
  : ObjectSchema extends O
    ? Next
    : RowOf<O> extends RowOf<I>
      ? Next
      : Misfit<MisfitsOf<O, I>>

/** Nothing is one: it stands in the compiler's message, with the columns that do not fit. */
export interface Misfit<Columns extends string> {
  readonly '~misfit': Columns
}

type MisfitsOf<O extends ObjectSchema, I extends ObjectSchema> = {
  [Name in keyof I['properties'] & string]: Name extends keyof RowOf<O>
    ? RowOf<O>[Name] extends RowOf<I>[Name & keyof RowOf<I>]
      ? never
      : `column "${Name}" has another type`
    : `column "${Name}" is missing`
}[keyof I['properties'] & string]
