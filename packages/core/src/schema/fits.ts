import type { ObjectSchema } from './object-schema.ts'
import type { RowOf } from './static.ts'

/** `Next`, where rows of `O` can be given to what takes rows of `I`; else `Misfit`. Without a schema anything fits. */
export type Fitting<O extends ObjectSchema, I extends ObjectSchema, Next> = ObjectSchema extends I
  ? Next
  : ObjectSchema extends O
    ? Next
    : RowOf<O> extends RowOf<I>
      ? Next
      : // Written out: of an alias the compiler's message would have the name and not the columns.
        Misfit<
          {
            [Name in keyof I['properties'] & string]: MisfitOf<RowOf<O>, RowOf<I>, Name>
          }[keyof I['properties'] & string]
        >

/** Nothing is one: it stands in the compiler's message, with the columns that do not fit. */
export interface Misfit<Columns extends string> {
  readonly '~misfit': Columns
}

type MisfitOf<Given, Taken, Name extends string> = Name extends keyof Given
  ? Given[Name] extends Taken[Name & keyof Taken]
    ? never
    : `column "${Name}" has another type`
  : `column "${Name}" is missing`
