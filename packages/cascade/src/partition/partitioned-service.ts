import type {
  NoModel,
  ObjectSchema,
  PartitionedBy,
  PartitionedCall,
  Pipeline,
  RowInputOf,
  RowOf,
  Stage,
} from '@redesmyn/core'

/** The other form of what is partitioned: for rows that come mixed. */
export interface Splitting<I extends ObjectSchema, O extends ObjectSchema, M> {
  /**
   * Splits rows of several partitions in the place of refusing them: the handler is called for each partition, and the
   * answers come in the order of the rows. What runs and handoffs use anyway.
   */
  readonly auto: Pipeline<I, O, M>
}

/** A stage whose rows of one call share the columns `by`. */
export interface PartitionedStage<I extends ObjectSchema, O extends ObjectSchema, K extends string, M = NoModel>
  extends Stage<I, O, M>,
    PartitionedBy<K>,
    Splitting<I, O, M> {
  /** Rejects with PARTITION_MIXED. */
  (records: readonly RowInputOf<I>[], ...call: PartitionedCall<I, K, M>): Promise<readonly RowOf<O>[]>
}

/** A pipeline whose rows of one call share the columns `by` of its input. */
export interface PartitionedPipeline<I extends ObjectSchema, O extends ObjectSchema, K extends string, M = NoModel>
  extends Pipeline<I, O, M>,
    PartitionedBy<K>,
    Splitting<I, O, M> {
  /** Rejects with PARTITION_MIXED. */
  (records: readonly RowInputOf<I>[], ...call: PartitionedCall<I, K, M>): Promise<readonly RowOf<O>[]>
}
