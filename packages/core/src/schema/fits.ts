import type { ObjectSchema } from './object-schema.ts'
import type { RowOf } from './static.ts'

/** `Next`, where rows of `O` can be given to what takes rows of `I`; else `never`. Without a schema anything fits. */
export type Fitting<O extends ObjectSchema, I extends ObjectSchema, Next> = ObjectSchema extends I
  ? Next
  : ObjectSchema extends O
    ? Next
    : RowOf<O> extends RowOf<I>
      ? Next
      : never
