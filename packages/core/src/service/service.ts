import { endpoint, type EndpointOptions, type Service } from '../endpoint/endpoint.ts'
import type { Effects } from '../stage/effects.ts'
import type { Handler, HandlerOutput } from '../handler/handler.ts'
import type { NoModel } from '../handler/handler-context.ts'
import type { ModelCache } from '../model/model-cache.ts'
import type { ObjectSchema } from '../schema/object-schema.ts'
import { type Stage, stage } from '../stage/stage.ts'
import type { StageOptions } from '../stage/stage-options.ts'
import { ServiceRequest } from './service-request.ts'

export interface ServiceOptions<U extends ObjectSchema, V extends ObjectSchema, M> extends EndpointOptions<U, V> {
  /** Of the stage behind the path. Its name is, by default, made of the path: `/predict/{id}` is `predict-id`. */
  readonly stage?: Omit<Partial<StageOptions<U, V, M>>, 'input' | 'output' | 'handler'>
}

/** What answers the requests of a service: it is given those of several clients at once, as one batch. */
export type ServiceHandler<U extends ObjectSchema, V extends ObjectSchema, M> = (
  request: ServiceRequest<U, V, M>,
) => HandlerOutput<V> | Promise<HandlerOutput<V>>

/**
 * A path that takes records of `U` and answers records of `V`: a stage and its endpoint in one. It is served where it is
 * exported, and `service.invoke(records)` answers the same without HTTP. Throws CONFIG_INVALID.
 */
export function service<U extends ObjectSchema, V extends ObjectSchema>(
  path: string,
  input: U,
  output: V,
  ...rest: [
    handle: ServiceHandler<U, V, NoModel>,
    options?: ServiceOptions<U, V, NoModel> & { readonly models?: never },
  ]
): Service<U, V>
export function service<U extends ObjectSchema, V extends ObjectSchema, M>(
  path: string,
  input: U,
  output: V,
  ...rest: [handle: ServiceHandler<U, V, M>, options: ServiceOptions<U, V, M> & { readonly models: ModelCache<M> }]
): Service<U, V, M>
export function service<U extends ObjectSchema, V extends ObjectSchema, M>(
  path: string,
  input: U,
  output: V,
  ...[handle, options = {}]: [handle: ServiceHandler<U, V, M>, options?: AnyServiceOptions<U, V, M>]
): Service<U, V, M> {
  const { stage: stageOptions, ...endpointOptions } = options
  const handler: Handler<U, V, M> = (batch, context) => handle(new ServiceRequest(batch, context))
  const own = { name: nameOf(path), ...stageOptions, input, output, handler }
  const served: Stage<U, V, M> = stage<U, V, M, Effects>(own)
  return endpoint(path, served, endpointOptions as EndpointOptions<U, V> & { readonly models: ModelCache<M> })
}

interface AnyServiceOptions<U extends ObjectSchema, V extends ObjectSchema, M> extends ServiceOptions<U, V, M> {
  readonly models?: ModelCache<M>
}

/** What may stand in a stage's name. */
function nameOf(path: string): string {
  const words = String(path).match(/[\w-]+/g) ?? ['root']
  return words.join('-').slice(0, 64)
}
