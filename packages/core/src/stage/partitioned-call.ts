import type { NoModel } from '../handler/handler-context.ts'
import type { ObjectSchema } from '../schema/object-schema.ts'
import type { RowInputOf } from '../schema/static.ts'
import type { ModelCallOptions, StageCallOptions } from './call-options.ts'

/** What says of itself which columns rows of one call have to share. */
export interface PartitionedBy<K extends string> {
  readonly by: readonly K[]
  /** For the compiler only: a partition by other columns is another type. */
  readonly '~key'?: (key: K) => K
}

export interface PartitionOption<I extends ObjectSchema, K extends string> {
  /** The partition that all rows are said to be of; PARTITION_MIXED where they are not. Default: what they have. */
  readonly partition?: { readonly [Name in K]: Name extends keyof RowInputOf<I> ? RowInputOf<I>[Name] : never }
}

/** The options of a call of what is partitioned. */
export type PartitionedCall<I extends ObjectSchema, K extends string, M> = [M] extends [NoModel]
  ? [options?: StageCallOptions & PartitionOption<I, K>]
  : [options: ModelCallOptions<M> & PartitionOption<I, K>]
