import { PipelineError } from '../errors/pipeline-error.ts'
import type { ModelCache } from '../model/model-cache.ts'
import { parsePathTemplate } from '../model/path-template.ts'
import { type Pipeline, stagesOf } from '../pipeline/pipeline.ts'
import type { ObjectSchema } from '../schema/object-schema.ts'
import type { RecordSchema } from '../schema/record-schema.ts'
import type { AnyStage } from '../stage/any-stage.ts'
import { checkChoice, optionalAtLeast } from '../stage/option-checks.ts'
import type { Stage } from '../stage/stage.ts'

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
  readonly models: ModelCache<unknown> | undefined
  /** Name of the stage whose handler takes the model; `undefined` where there are no models. */
  readonly modelStage: string | undefined
  readonly config: EndpointConfig
}

/** The options of an endpoint, checked; undefined: as the server says. */
export interface EndpointConfig {
  /** `null` answers 200 with null in the place of a record that failed. Default `fail`: the whole request. */
  readonly onInvalid: 'fail' | 'null'
  readonly maxBodyBytes: number | undefined
  /** From the last byte of the request to the answer. */
  readonly requestTimeoutMs: number | undefined
  /** From the head of the request to the last byte of its body. */
  readonly bodyTimeoutMs: number | undefined
  /** What a request without a body gets: `refuse` 400, `answer` 200 with `no data provided`. Default `refuse`. */
  readonly emptyBody: 'refuse' | 'answer'
  /** How bodies may be written; others are answered 415. Default both. */
  readonly accepts: readonly BodyFormat[]
}

/** JSON records, or an Arrow IPC stream. */
export type BodyFormat = 'json' | 'arrow'

export interface EndpointOptions {
  readonly onInvalid?: 'fail' | 'null'
  readonly maxBodyBytes?: number
  readonly requestTimeoutMs?: number
  readonly bodyTimeoutMs?: number
  readonly emptyBody?: 'refuse' | 'answer'
  readonly accepts?: readonly BodyFormat[]
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
  options?: EndpointOptions & { readonly models?: never },
): Endpoint
export function endpoint<I extends ObjectSchema, O extends ObjectSchema, M>(
  path: string,
  served: Stage<I, O, M> | Pipeline<I, O, M>,
  options: EndpointOptions & { readonly models: ModelCache<M> },
): Endpoint
export function endpoint(path: string, served: unknown, options: AnyEndpointOptions = {}): Endpoint {
  const stages = stagesOf(served, `the second argument of endpoint "${path}"`)
  checkPath(path)
  checkModelPath(path, options.models)
  return Object.freeze({
    '~kind': 'endpoint',
    path,
    stage: stages[0],
    stages,
    output: stages[stages.length - 1].output,
    models: options.models,
    modelStage: findModelStage(path, stages, options),
    config: resolveEndpoint(path, options),
  })
}

/** Recognises an endpoint by shape, because an app bundle may hold a second copy of this module. */
export function isEndpoint(value: unknown): value is Endpoint {
  return typeof value === 'object' && value !== null && '~kind' in value && value['~kind'] === 'endpoint'
}

interface AnyEndpointOptions extends EndpointOptions {
  readonly models?: ModelCache<unknown>
}

function checkPath(path: string): void {
  if (path.startsWith('/') && !/[\s?#]/.test(path)) return
  throw new PipelineError(
    'CONFIG_INVALID',
    `an endpoint's path starts with "/" and has no "?", "#" or space, got "${path}"`,
  )
}

/** What the model's path needs, the endpoint's path must bring. */
function checkModelPath(path: string, models: ModelCache<unknown> | undefined): void {
  const { names } = parsePathTemplate(path)
  const missing = models?.path.names.filter((name) => !names.includes(name)) ?? []
  if (missing.length === 0) return
  const needed = missing.map((name) => `"${name}"`).join(', ')
  const message = `the model path "${models?.path.text}" needs ${needed}, which the endpoint "${path}" does not have`
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

const bodyFormats: readonly BodyFormat[] = ['json', 'arrow']

function resolveEndpoint(path: string, options: EndpointOptions): EndpointConfig {
  const owner = `endpoint "${path}"`
  return Object.freeze({
    onInvalid: checkChoice(owner, 'onInvalid', options.onInvalid ?? 'fail', ['fail', 'null']),
    maxBodyBytes: optionalAtLeast(owner, 'maxBodyBytes', options.maxBodyBytes, 1),
    requestTimeoutMs: optionalAtLeast(owner, 'requestTimeoutMs', options.requestTimeoutMs, 1),
    bodyTimeoutMs: optionalAtLeast(owner, 'bodyTimeoutMs', options.bodyTimeoutMs, 1),
    emptyBody: checkChoice(owner, 'emptyBody', options.emptyBody ?? 'refuse', ['refuse', 'answer']),
    accepts: (options.accepts ?? bodyFormats).map((format) => checkChoice(owner, 'accepts', format, bodyFormats)),
  })
}
