import { checkCodecs } from '../codec/check-codecs.ts'
import type { Codec } from '../codec/codec.ts'
import { assertOptionNames } from '../errors/assert-option-names.ts'
import { PipelineError } from '../errors/pipeline-error.ts'
import type { NoModel } from '../handler/handler-context.ts'
import { checkMiddleware } from '../middleware/check-middleware.ts'
import type { Middleware } from '../middleware/middleware.ts'
import type { ModelCache } from '../model/model-cache.ts'
import { isPipeline } from '../pipeline/any-pipeline.ts'
import { type Pipeline, stagesOf } from '../pipeline/pipeline.ts'
import type { StreamPipeline } from '../pipeline/stream-pipeline.ts'
import type { EventFormat, EventSchema } from '../schema/event-schema.ts'
import type { ObjectSchema } from '../schema/object-schema.ts'
import type { RecordSchema } from '../schema/record-schema.ts'
import type { RowInputOf, RowOf } from '../schema/static.ts'
import type { AnyStage } from '../stage/any-stage.ts'
import type { AnyCallOptions, StageCall } from '../stage/call-options.ts'
import { checkChoice, checkFlag, optionalAtLeast } from '../stage/option-checks.ts'
import { checkHeaderNames } from './check-header-names.ts'
import type { Mixed } from '../stage/partitioned-options.ts'
import type { Stage } from '../stage/stage.ts'
import type { StreamStage } from '../stage/stream-stage.ts'
import { endpointOptionNames } from './endpoint-option-names.ts'
import { checkParams } from './check-params.ts'

/** A stage, or a pipeline of them, at a path. */
export interface Endpoint {
  readonly '~kind': 'endpoint'
  /** As declared: `{name}` matches one segment. */
  readonly path: string
  /** The ingress: it reads the records of a body. */
  readonly stage: AnyStage
  /** All stages in order, the ingress first. */
  readonly stages: readonly AnyStage[]
  /** What the last stage answers; `undefined` where its columns are not declared. */
  readonly output: RecordSchema | undefined
  /** What the last stage yields, where it streams its answer. */
  readonly events: EventFormat | undefined
  readonly models: ModelCache<unknown> | undefined
  /** What becomes of the rows of a request that the ingress wants apart. */
  readonly mixed: Mixed
  /** Around this endpoint alone, the first outermost. */
  readonly use: readonly Middleware[]
  /** Name of the stage whose handler takes the model; `undefined` where there are no models. */
  readonly modelStage: string | undefined
  readonly config: EndpointConfig
}

/** An endpoint with its types: it can be asked without HTTP. */
export interface Service<I extends ObjectSchema = ObjectSchema, O extends ObjectSchema = ObjectSchema, M = NoModel>
  extends Endpoint {
  /**
   * Answers records as the endpoint would, without a server, in the caller's own thread. Middleware is about HTTP and
   * not called. Rejects with what would be answered.
   */
  invoke(records: readonly RowInputOf<I>[], ...call: StageCall<M>): Promise<readonly RowOf<O>[]>
}

/** The options of an endpoint, checked; undefined: as the server says. */
export interface EndpointConfig {
  /** `null` answers 200 with null in the place of a record that failed. Default `fail`: the whole request. */
  readonly onInvalid: 'fail' | 'null'
  readonly maxBodyBytes: number | undefined
  /** From the last byte of the request to the answer; of a stream, to its first event. */
  readonly requestTimeoutMs: number | undefined
  /** From the head of the request to the last byte of its body. */
  readonly bodyTimeoutMs: number | undefined
  /** What a request without a body gets: `refuse` 400, `answer` 200 with `no data provided`. Default `refuse`. */
  readonly emptyBody: 'refuse' | 'answer'
  /** Of a stream, from one event to the next, and for its client to take what was sent. */
  readonly streamIdleTimeoutMs: number | undefined
  /** Of a stream, from the last byte of the request to its end. */
  readonly streamTimeoutMs: number | undefined
  /** Whether the header `cascade-deadline-ms` may shorten a request's time. Default false. */
  readonly clientDeadline: boolean
  /** Query parameters that select a model or a batch, beside those of the path. Default none. */
  readonly query: readonly string[]
  /** How bodies may be written, others are answered 415, and how answers are. Default JSON and Arrow. */
  readonly codecs: readonly Codec[]
  /** Request headers, in lower case, that handlers and codecs may read. Default none. */
  readonly headers: readonly string[]
  /** Whether answers are compressed for clients that say they can read that. */
  readonly compress: 'off' | 'on' | undefined
  /** Least size of an answer that is compressed. */
  readonly compressMinBytes: number | undefined
}

export interface EndpointOptions<I extends ObjectSchema = ObjectSchema, O extends ObjectSchema = ObjectSchema> {
  readonly onInvalid?: 'fail' | 'null'
  readonly maxBodyBytes?: number
  readonly requestTimeoutMs?: number
  readonly bodyTimeoutMs?: number
  readonly emptyBody?: 'refuse' | 'answer'
  readonly streamIdleTimeoutMs?: number
  readonly streamTimeoutMs?: number
  readonly clientDeadline?: boolean
  /**
   * Query parameters that count: they are among `context.params`, the model's path may name them, and rows of requests
   * that differ in one never share a batch. Others are only in `context.query`.
   */
  readonly query?: readonly string[]
  /** Parameters of the path that the model's path does not name because the handler alone reads them. */
  readonly ownParams?: readonly string[]
  /** Read and write records and rows of the stages' own types; the compiler holds them to that. */
  readonly codecs?: readonly Codec<RowInputOf<I>, RowOf<O>>[]
  readonly headers?: readonly string[]
  readonly compress?: 'off' | 'on'
  readonly compressMinBytes?: number
  /** Around this endpoint alone, the first outermost. */
  readonly use?: readonly Middleware[]
  /** In a pipeline with `models`: the stage whose handler takes the model. A stage alone needs no saying. */
  readonly modelStage?: string
}

/**
 * Mounts a stage or a pipeline at a path; `models` is given exactly where a handler takes a model.
 * Throws CONFIG_INVALID for a path or an option that cannot be.
 */
export function endpoint<I extends ObjectSchema, O extends ObjectSchema>(
  path: string,
  served: Stage<I, O> | Pipeline<I, O>,
  options?: EndpointOptions<I, O> & { readonly models?: never },
): Service<I, O>
export function endpoint<I extends ObjectSchema, O extends ObjectSchema, M>(
  path: string,
  served: Stage<I, O, M> | Pipeline<I, O, M>,
  options: EndpointOptions<I, O> & { readonly models: ModelCache<M> },
): Service<I, O, M>
export function endpoint<I extends ObjectSchema, E extends EventSchema, M = NoModel>(
  path: string,
  served: StreamStage<I, E, M> | StreamPipeline<I, E, M>,
  ...rest: StreamEndpointOptions<I, M>
): Endpoint
export function endpoint(path: string, served: unknown, options: AnyEndpointOptions = {}): Service {
  const stages = stagesOf(served, `the second argument of endpoint "${path}"`)
  const { output, events } = stages[stages.length - 1]
  checkPath(path)
  assertOptionNames<AnyEndpointOptions>(`endpoint "${path}"`, options, endpointOptionNames)
  checkReturns(path, stages)
  checkParams({ path, query: options.query ?? [], ownParams: options.ownParams ?? [], models: options.models?.path })
  return Object.freeze({
    '~kind': 'endpoint',
    path,
    stage: stages[0],
    stages,
    output,
    events,
    models: options.models,
    mixed: (isPipeline(served) ? served.mixed : undefined) ?? 'refuse',
    use: checkMiddleware(`endpoint "${path}"`, options.use),
    modelStage: findModelStage(path, stages, options),
    config: resolveEndpoint(path, options, stages),
    // Stages and pipelines are functions that answer records.
    invoke: served as Invoke,
  })
}

type Invoke = (records: readonly unknown[], options?: AnyCallOptions) => Promise<readonly Record<string, unknown>[]>

type StreamEndpointOptions<I extends ObjectSchema, M> = [M] extends [NoModel]
  ? [options?: EndpointOptions<I> & { readonly models?: never }]
  : [options: EndpointOptions<I> & { readonly models: ModelCache<M> }]

/** Recognises an endpoint by shape, because an app bundle may hold a second copy of this module. */
export function isEndpoint(value: unknown): value is Endpoint {
  return typeof value === 'object' && value !== null && '~kind' in value && value['~kind'] === 'endpoint'
}

interface AnyEndpointOptions extends Omit<EndpointOptions, 'codecs'> {
  readonly codecs?: unknown
  readonly models?: ModelCache<unknown>
}

function checkPath(path: string): void {
  if (path.startsWith('/') && !/[\s?#]/.test(path)) return
  throw new PipelineError(
    'CONFIG_INVALID',
    `an endpoint's path starts with "/" and has no "?", "#" or space, got "${path}"`,
  )
}

/** Whoever sends a record waits for its answer: there is one for each. */
function checkReturns(path: string, stages: readonly AnyStage[]): void {
  const other = stages.find(({ config }) => config.returns !== 'same')
  if (other === undefined) return
  const message = `the stage "${other.name}" of endpoint "${path}" returns "${other.config.returns}", which only runs can take`
  throw new PipelineError('CONFIG_INVALID', message)
}

/** Which handler takes a model is known to the compiler only, so in a pipeline it has to be said. */
function findModelStage(
  path: string,
  stages: readonly AnyStage[],
  { models, modelStage }: AnyEndpointOptions,
): string | undefined {
  if (models === undefined) return undefined
  const name = modelStage ?? (stages.length === 1 ? stages[0].name : undefined)
  if (name !== undefined && stages.some((stage) => stage.name === name)) return name
  const names = stages.map((stage) => `"${stage.name}"`).join(', ')
  const received = name === undefined ? 'nothing' : `"${name}"`
  const message = `endpoint "${path}" has models, so modelStage must name the stage that takes them, one of ${names}, got ${received}`
  throw new PipelineError('CONFIG_INVALID', message)
}

function resolveEndpoint(path: string, options: AnyEndpointOptions, stages: readonly AnyStage[]): EndpointConfig {
  const owner = `endpoint "${path}"`
  const { compress, compressMinBytes } = options
  const columns = { input: stages[0].input, output: stages[stages.length - 1].output }
  checkAnswerOptions(owner, options, stages[stages.length - 1].events === undefined ? 'rows' : 'stream')
  return Object.freeze({
    onInvalid: checkChoice(owner, 'onInvalid', options.onInvalid ?? 'fail', ['fail', 'null']),
    maxBodyBytes: optionalAtLeast(owner, 'maxBodyBytes', options.maxBodyBytes, 1),
    requestTimeoutMs: optionalAtLeast(owner, 'requestTimeoutMs', options.requestTimeoutMs, 1),
    bodyTimeoutMs: optionalAtLeast(owner, 'bodyTimeoutMs', options.bodyTimeoutMs, 1),
    emptyBody: checkChoice(owner, 'emptyBody', options.emptyBody ?? 'refuse', ['refuse', 'answer']),
    streamIdleTimeoutMs: optionalAtLeast(owner, 'streamIdleTimeoutMs', options.streamIdleTimeoutMs, 1),
    streamTimeoutMs: optionalAtLeast(owner, 'streamTimeoutMs', options.streamTimeoutMs, 1),
    clientDeadline: checkFlag(owner, 'clientDeadline', options.clientDeadline ?? false),
    query: Object.freeze([...(options.query ?? [])]),
    codecs: checkCodecs(owner, options.codecs, columns),
    headers: checkHeaderNames(owner, options.headers ?? []),
    compress: compress === undefined ? undefined : checkChoice(owner, 'compress', compress, ['off', 'on']),
    compressMinBytes: optionalAtLeast(owner, 'compressMinBytes', compressMinBytes, 0),
  })
}

/** An option that would do nothing is a mistake. */
function checkAnswerOptions(owner: string, options: AnyEndpointOptions, answer: 'rows' | 'stream'): void {
  const { onInvalid, streamIdleTimeoutMs, streamTimeoutMs } = options
  if (answer === 'stream' && onInvalid === 'null') {
    throw new PipelineError('CONFIG_INVALID', `onInvalid of ${owner} cannot be "null": a stream answers one record`)
  }
  if (answer === 'rows' && (streamIdleTimeoutMs ?? streamTimeoutMs) !== undefined) {
    throw new PipelineError('CONFIG_INVALID', `${owner} has a limit for streams, and its last stage yields no events`)
  }
}
