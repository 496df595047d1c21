import { isEndpoint, type Endpoint } from '../endpoint/endpoint.ts'
import { PipelineError } from '../errors/pipeline-error.ts'
import { type AnyProvider, checkProviders } from '../handler/provider.ts'
import { checkMiddleware } from '../middleware/check-middleware.ts'
import type { Middleware } from '../middleware/middleware.ts'

export interface AppOptions {
  readonly endpoints: readonly Endpoint[]
  /** Around all endpoints of the module, the first outermost; around those of each endpoint's own. */
  readonly use?: readonly Middleware[]
  /** For the handlers of all stages; in place of what a stage needs under the same name. */
  readonly provide?: readonly AnyProvider[]
}

/** Endpoints with what they have in common, as the default export of a module. */
export interface App {
  readonly '~kind': 'app'
  readonly endpoints: readonly Endpoint[]
  readonly use: readonly Middleware[]
  readonly provide: readonly AnyProvider[]
}

/** Throws CONFIG_INVALID for what is no endpoint, no middleware or no provider. */
export function app({ endpoints, use, provide }: AppOptions): App {
  if (!Array.isArray(endpoints) || !endpoints.every(isEndpoint)) {
    throw new PipelineError('CONFIG_INVALID', 'endpoints of an app must be a list of endpoints')
  }
  return Object.freeze({
    '~kind': 'app',
    endpoints: Object.freeze([...endpoints]),
    use: checkMiddleware('an app', use),
    provide: checkProviders('provide of an app', provide),
  })
}
