import { type Endpoint, PipelineError } from '@redesmyn/core'
import { assertHasEndpoint, type LoadedApp } from '../app/load-app.ts'
import { withStages } from '../app/with-stages.ts'
import { Router } from '../http/router.ts'
import { addEndpointRoute } from './endpoint-route.ts'

/**
 * The endpoints that a server serves: those that were registered, else all that its app exports. Throws ROUTE_DUPLICATE,
 * and CONFIG_INVALID for reserved paths and where threads, which know only the app module, could not find what an
 * endpoint needs.
 */
export function mountedEndpoints(registered: readonly Endpoint[], app: LoadedApp): readonly Endpoint[] {
  if (registered.length === 0) assertHasEndpoint(app)
  const mounted = registered.length === 0 ? app.endpoints : registered
  const router = new Router<Endpoint>()
  const modelled = new Map<string, Endpoint>()
  for (const endpoint of mounted) {
    addEndpointRoute(router, endpoint, endpoint)
    assertExported(endpoint, app)
    if (endpoint.modelStage === undefined) continue
    const other = modelled.get(endpoint.modelStage)
    if (other !== undefined) throw twoCaches(endpoint, other)
    modelled.set(endpoint.modelStage, endpoint)
  }
  return mounted.map((endpoint) => withStages(endpoint, app.stages))
}

function assertExported({ path, stages: ordered, models }: Endpoint, { stages, endpoints }: LoadedApp): void {
  const missing = ordered.find((stage) => !stages.has(stage.name))
  if (missing !== undefined) {
    const message = `the stage "${missing.name}" of "${path}" is not exported by the app module, where threads look for it`
    throw new PipelineError('CONFIG_INVALID', message)
  }
  if (models !== undefined && !endpoints.some((exported) => exported.path === path)) {
    const message = `the endpoint "${path}" has models, and is not exported by the app module, where threads look for it`
    throw new PipelineError('CONFIG_INVALID', message)
  }
}

function twoCaches(endpoint: Endpoint, other: Endpoint): PipelineError {
  const message = `the stage "${endpoint.modelStage}" has models at "${other.path}" and at "${endpoint.path}", one endpoint may have them`
  return new PipelineError('CONFIG_INVALID', message)
}
