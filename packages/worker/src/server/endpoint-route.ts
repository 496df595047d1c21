import { type Endpoint, parsePathTemplate } from '@redesmyn/core'
import type { Router } from '../http/router.ts'
import { assertNotReserved } from './reserved-paths.ts'

/** Adds the route of an endpoint. Throws ROUTE_DUPLICATE naming the path, and CONFIG_INVALID for a reserved one. */
export function addEndpointRoute<T>(router: Router<T>, endpoint: Endpoint, value: T): void {
  assertNotReserved(endpoint.path)
  router.add('POST', parsePathTemplate(endpoint.path), value)
}
