import { assertOptionNames, type OptionNames } from '../errors/assert-option-names.ts'
import type { EventSchema } from '../schema/event-schema.ts'
import type { ObjectSchema } from '../schema/object-schema.ts'
import type { AnyStageOptions, BatchOptions, QueueOptions, RecycleOptions, StageOptions } from './stage-options.ts'
import type { StreamOptions } from './stream-options.ts'

const ofStage: OptionNames<StageOptions<ObjectSchema, ObjectSchema, unknown>> = {
  name: true,
  input: true,
  output: true,
  handler: true,
  returns: true,
  effects: true,
  events: true,
  threads: true,
  concurrency: true,
  batch: true,
  partitionBy: true,
  affinity: true,
  queue: true,
  mutatesInput: true,
  checkWrites: true,
  coerce: true,
  needs: true,
  isolation: true,
  env: true,
  maxHeapMiB: true,
  timeoutMs: true,
  examples: true,
  strictWarmUp: true,
  recycle: true,
}
const ofBatch: OptionNames<BatchOptions> = {
  maxRows: true,
  minRows: true,
  maxDelayMs: true,
  maxBytes: true,
  split: true,
  columnBytes: true,
  sameShape: true,
  key: true,
}
const ofQueue: OptionNames<QueueOptions> = { maxRows: true, maxBytes: true }
const ofRecycle: OptionNames<RecycleOptions> = { maxBatches: true, maxAgeMs: true }

/** Throws CONFIG_INVALID for an option that no stage has, in groups as well. */
export function assertStageOptionNames<I extends ObjectSchema, O extends ObjectSchema, E extends EventSchema, M>(
  owner: string,
  options: AnyStageOptions<I, O, M> | StreamOptions<I, E, M>,
): void {
  const { batch = {}, queue = {}, recycle = {} } = options
  assertOptionNames(owner, options, ofStage)
  assertOptionNames(`batch of ${owner}`, batch, ofBatch)
  assertOptionNames(`queue of ${owner}`, queue, ofQueue)
  assertOptionNames(`recycle of ${owner}`, recycle, ofRecycle)
}
