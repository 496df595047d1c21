import { assertOptionNames } from '../errors/assert-option-names.ts'
import type { EventSchema } from '../schema/event-schema.ts'
import type { ObjectSchema } from '../schema/object-schema.ts'
import type { AnyStageOptions, BatchOptions, QueueOptions, RecycleOptions, StageOptions } from './stage-options.ts'
import type { StreamOptions } from './stream-options.ts'

/** Of `stage({ … })`. */
export const stageOptionNames = {
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
} as const
const ofBatch = {
  maxRows: true,
  minRows: true,
  maxDelayMs: true,
  maxBytes: true,
  split: true,
  columnBytes: true,
  sameShape: true,
  key: true,
} as const
const ofQueue = { maxRows: true, maxBytes: true } as const
const ofRecycle = { maxBatches: true, maxAgeMs: true } as const

/** Throws CONFIG_INVALID for an option that no stage has, in groups as well. */
export function assertStageOptionNames<I extends ObjectSchema, O extends ObjectSchema, E extends EventSchema, M>(
  owner: string,
  options: AnyStageOptions<I, O, M> | StreamOptions<I, E, M>,
): void {
  const { batch = {}, queue = {}, recycle = {} } = options
  assertOptionNames<StageOptions<ObjectSchema, ObjectSchema, unknown>>(owner, options, stageOptionNames)
  assertOptionNames<BatchOptions>(`batch of ${owner}`, batch, ofBatch)
  assertOptionNames<QueueOptions>(`queue of ${owner}`, queue, ofQueue)
  assertOptionNames<RecycleOptions>(`recycle of ${owner}`, recycle, ofRecycle)
}
