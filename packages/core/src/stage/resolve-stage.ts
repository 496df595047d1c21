import type { BatchPolicy } from '../batch/batch-policy.ts'
import { PipelineError } from '../errors/pipeline-error.ts'
import { returnKinds } from '../handler/read-parented.ts'
import { checkProviders } from '../handler/provider.ts'
import type { QueueBounds } from '../queue/queue-bounds.ts'
import { effectKinds } from './effects.ts'
import { resolveBatchKey } from './batch-key.ts'
import { checkAtLeast, checkChoice, checkFlag, checkWhole, optionalAtLeast } from './option-checks.ts'
import { resolveHost } from './resolve-host.ts'
import type { RecycleConfig, StageConfig } from './stage-config.ts'
import type { BatchOptions, QueueOptions, RecycleOptions, AnyStageOptions } from './stage-options.ts'
import type { EventSchema } from '../schema/event-schema.ts'
import type { ObjectSchema } from '../schema/object-schema.ts'
import type { StreamOptions } from './stream-options.ts'

/** The defaults of every stage, each in the unit of its name. */
export const stageDefaults = Object.freeze({
  threads: 1,
  concurrency: 1,
  streamConcurrency: 256,
  maxRows: 256,
  maxDelayMs: 0,
  queueMaxRows: 4096,
  queueMaxBytes: 64 * 1024 * 1024,
  isolation: 'thread',
} as const)

/** Completes, checks and freezes what the user wrote. Throws CONFIG_INVALID naming the option. */
export function resolveStage<I extends ObjectSchema, O extends ObjectSchema, E extends EventSchema, M>(
  options: AnyStageOptions<I, O, M> | StreamOptions<I, E, M>,
): StageConfig {
  const owner = checkName(options.name)
  if (typeof options.handler !== 'function') {
    throw new PipelineError('CONFIG_INVALID', `handler of ${owner} must be a function, got ${typeof options.handler}`)
  }
  // A stream waits far more than it works: one that waits must not keep others from beginning.
  const concurrency = options.events === undefined ? stageDefaults.concurrency : stageDefaults.streamConcurrency
  const threads = checkWhole(owner, 'threads', options.threads ?? stageDefaults.threads, 1)
  const { isolation = stageDefaults.isolation, env, maxHeapMiB } = options
  if (options.events !== undefined && isolation === 'child') {
    throw new PipelineError(
      'CONFIG_INVALID',
      `${owner} yields events, so its isolation must be "thread" or "inline", got "child"`,
    )
  }
  return Object.freeze({
    returns: checkChoice(owner, 'returns', options.returns ?? 'same', returnKinds),
    effects: checkChoice(owner, 'effects', options.effects ?? 'pure', effectKinds),
    threads,
    concurrency: checkWhole(owner, 'concurrency', options.concurrency ?? concurrency, 1),
    batch: resolveBatch(owner, options.batch ?? {}),
    queue: resolveQueue(owner, options.queue ?? {}),
    columnBytes: resolveColumnBytes(owner, options.batch?.columnBytes ?? {}),
    batchKey: resolveBatchKey(owner, options),
    partitionBy: options.partitionBy,
    affinity: checkFlag(owner, 'affinity', options.affinity ?? false),
    mutatesInput: checkFlag(owner, 'mutatesInput', options.mutatesInput ?? false),
    checkWrites: options.checkWrites === undefined ? undefined : checkFlag(owner, 'checkWrites', options.checkWrites),
    coerce: checkFlag(owner, 'coerce', options.coerce ?? false),
    needs: checkProviders(`needs of ${owner}`, options.needs),
    timeoutMs: optionalAtLeast(owner, 'timeoutMs', options.timeoutMs, 1),
    examples: resolveExamples(owner, options.examples ?? []),
    strictWarmUp: checkFlag(owner, 'strictWarmUp', options.strictWarmUp ?? false),
    recycle: resolveRecycle(owner, options.recycle ?? {}),
    ...resolveHost(owner, { isolation, env, maxHeapMiB, threads }),
  })
}

function checkName(name: string): string {
  if (typeof name === 'string' && /^[\w-]{1,64}$/.test(name)) return `stage "${name}"`
  throw new PipelineError('CONFIG_INVALID', `a stage's name is 1 to 64 letters, digits, "-" or "_", got "${name}"`)
}

function resolveBatch<I extends ObjectSchema>(owner: string, options: BatchOptions<I>): BatchPolicy {
  const asked = checkWhole(owner, 'batch.maxRows', options.maxRows ?? stageDefaults.maxRows, 0)
  const maxRows = Math.max(1, asked)
  const maxDelayMs = checkAtLeast(owner, 'batch.maxDelayMs', options.maxDelayMs ?? stageDefaults.maxDelayMs, 0)
  if (options.minRows !== undefined && options.maxRows === undefined) {
    throw new PipelineError('CONFIG_INVALID', `batch.minRows of ${owner} needs batch.maxRows beside it`)
  }
  const minRows = checkWhole(owner, 'batch.minRows', options.minRows ?? (maxDelayMs === 0 ? 1 : maxRows), 1)
  if (options.minRows !== undefined && options.minRows > 1 && maxDelayMs === 0) {
    throw new PipelineError(
      'CONFIG_INVALID',
      `batch.minRows of ${owner} needs batch.maxDelayMs, or a batch could wait for ever`,
    )
  }
  if (minRows > maxRows) {
    throw new PipelineError(
      'CONFIG_INVALID',
      `batch.minRows of ${owner} must be <= batch.maxRows ${maxRows}, got ${minRows}`,
    )
  }
  return Object.freeze({
    maxRows,
    minRows,
    maxDelayMs,
    maxBytes: options.maxBytes === undefined ? Infinity : checkWhole(owner, 'batch.maxBytes', options.maxBytes, 1),
    split: checkFlag(owner, 'batch.split', options.split ?? false),
  })
}

function resolveQueue(owner: string, options: QueueOptions): QueueBounds {
  return Object.freeze({
    maxRows: checkWhole(owner, 'queue.maxRows', options.maxRows ?? stageDefaults.queueMaxRows, 1),
    maxBytes: checkWhole(owner, 'queue.maxBytes', options.maxBytes ?? stageDefaults.queueMaxBytes, 1),
  })
}

function resolveColumnBytes(owner: string, options: Readonly<Record<string, number>>) {
  for (const [name, bytes] of Object.entries(options)) checkWhole(owner, `batch.columnBytes.${name}`, bytes, 1)
  return Object.freeze({ ...options })
}

/** Whether they fit the schema is checked where its compiler is at hand: by the server, and by `cascade check`. */
function resolveExamples(owner: string, examples: readonly unknown[]): readonly unknown[] {
  if (Array.isArray(examples) && examples.every((record) => typeof record === 'object' && record !== null)) {
    return Object.freeze([...examples])
  }
  throw new PipelineError('CONFIG_INVALID', `examples of ${owner} must be an array of records`)
}

function resolveRecycle(owner: string, { maxBatches, maxAgeMs }: RecycleOptions): RecycleConfig {
  return Object.freeze({
    maxBatches: maxBatches === undefined ? undefined : checkWhole(owner, 'recycle.maxBatches', maxBatches, 1),
    maxAgeMs: optionalAtLeast(owner, 'recycle.maxAgeMs', maxAgeMs, 1),
  })
}
