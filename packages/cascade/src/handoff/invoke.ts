import {
  isTypedHandler,
  type NoModel,
  type ObjectSchema,
  type PartitionedBy,
  type PartitionedCall,
  type Pipeline,
  recordOf,
  type RowInputOf,
  type RowOf,
  type Stage,
  stage,
  type StageCall,
  type TypedHandler,
} from '@redesmyn/core'

/**
 * Runs a stage, a pipeline, or the map of a handoff on records in the caller's own thread, and answers rows: what calling
 * it as a function does. What is partitioned can be told of which partition the rows are. Rejects with what that rejects
 * with.
 */
export function invoke<I extends ObjectSchema, O extends ObjectSchema, K extends string, M = NoModel>(
  target: (Stage<I, O, M> | Pipeline<I, O, M>) & PartitionedBy<K>,
  input: readonly RowInputOf<NoInfer<I>>[],
  ...call: PartitionedCall<NoInfer<I>, NoInfer<K>, NoInfer<M>>
): Promise<readonly RowOf<O>[]>
export function invoke<I extends ObjectSchema, O extends ObjectSchema, M = NoModel>(
  target: Stage<I, O, M> | Pipeline<I, O, M> | TypedHandler<I, O, M>,
  input: readonly RowInputOf<NoInfer<I>>[],
  ...call: StageCall<NoInfer<M>>
): Promise<readonly RowOf<O>[]>
export function invoke<I extends ObjectSchema, O extends ObjectSchema, M = NoModel>(
  target: Stage<I, O, M> | Pipeline<I, O, M> | TypedHandler<I, O, M>,
  input: readonly RowInputOf<NoInfer<I>>[],
  ...call: StageCall<NoInfer<M>>
): Promise<readonly RowOf<O>[]> {
  const run: unknown = isTypedHandler(target) ? stageOf(target, input.length) : target
  const records = input.map((row) => recordOf(row, target))
  // The stage that is made of a handler has the handler's own types, and the records are checked when it runs.
  return (run as Stage<I, O, M>)(records as readonly RowInputOf<I>[], ...call)
}

/** A handler by itself has no batches: it gets all records in one. */
function stageOf<I extends ObjectSchema, O extends ObjectSchema, M>(
  handler: TypedHandler<I, O, M>,
  rowCount: number,
): Stage<I, O, M> {
  return stage<I, O, M>({ name: 'invoked', handler, batch: { maxRows: Math.max(1, rowCount) } })
}
