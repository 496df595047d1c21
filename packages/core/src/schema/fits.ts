import type { ObjectSchema } from './object-schema.ts'
import type { RowOf } from './static.ts'

/**
 * `Next`, where rows of `O` can be given to what takes rows of `I`; else a type that nothing has, naming the columns that
 * do not fit. Without a schema anything fits.
 */
export type Fitting<O extends ObjectSchema, I extends ObjectSchema, Next> = ObjectSchema extends I
  ? Next
  : ObjectSchema extends O
    ? Next
    : RowOf<O> extends RowOf<I>
      ? Next
      : Misfit<MisfitsOf<RowOf<O>, RowOf<I>>>

interface Misfit<Columns> {
  readonly '~columns that do not fit': Columns
}

/** Columns that `To` must have and `From` lacks, or has with a type that does not go there. */
type MisfitsOf<From, To> = {
  [Column in keyof To]-?: Column extends keyof From
    ? From[Column] extends To[Column]
      ? never
      : Column
    : undefined extends To[Column]
      ? never
      : Column
}[keyof To]
