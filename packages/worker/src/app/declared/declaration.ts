import type { EndpointOptions, ObjectSchema, StageOptions } from '@redesmyn/core'

/** What a declarative file says, its shape checked: values are checked where the same is checked for code. */
export interface Declaration {
  readonly stages: Readonly<Record<string, PlainObject>>
  readonly endpoints: readonly DeclaredEndpoint[]
  /** References to middleware and providers. */
  readonly use: readonly unknown[]
  readonly provide: readonly unknown[]
}

export type PlainObject = Readonly<Record<string, unknown>>

export interface DeclaredEndpoint {
  readonly path: string
  /** Names of stages, in order. */
  readonly stages: readonly string[]
  readonly options: PlainObject
}

type AnyStageOptions = StageOptions<ObjectSchema, ObjectSchema, unknown>

/** What a stage may say in a file: all that it may say in code. Its name is the key that it stands under. */
export const stageKeys: Readonly<Record<Exclude<keyof AnyStageOptions, 'name'>, true>> = {
  input: true,
  output: true,
  events: true,
  handler: true,
  returns: true,
  effects: true,
  threads: true,
  concurrency: true,
  batch: true,
  partitionBy: true,
  affinity: true,
  queue: true,
  mutatesInput: true,
  checkWrites: true,
  coerce: true,
  isolation: true,
  env: true,
  maxHeapMiB: true,
  needs: true,
  timeoutMs: true,
  examples: true,
  strictWarmUp: true,
  recycle: true,
}

/** What an endpoint may say in a file beside its path and its stages. */
export const endpointKeys: Readonly<Record<keyof EndpointOptions | 'models', true>> = {
  onInvalid: true,
  maxBodyBytes: true,
  requestTimeoutMs: true,
  bodyTimeoutMs: true,
  emptyBody: true,
  clientDeadline: true,
  streamIdleTimeoutMs: true,
  streamTimeoutMs: true,
  query: true,
  ownParams: true,
  codecs: true,
  headers: true,
  compress: true,
  compressMinBytes: true,
  use: true,
  models: true,
  modelStage: true,
}
