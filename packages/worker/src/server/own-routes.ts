import { type Endpoint, parsePathTemplate } from '@redesmyn/core'
import type { Exchange } from '../http/exchange.ts'
import { replyLiveness, replyReadiness, type Readiness } from '../http/probes.ts'
import type { Router } from '../http/router.ts'
import { Exposition } from '../observe/exposition.ts'
import type { RequestIds } from '../observe/request-ids.ts'
import type { OwnRoute } from '../openapi/describe-api.ts'
import { addApiRoutes } from './api-routes.ts'
import type { RouteHandler } from './request-listener.ts'

export interface OwnRoutesParts {
  readonly readiness: () => Readiness
  /** The text of a scrape. */
  readonly metrics: () => string
  /** What the API's description is made of; `undefined`: none is served. */
  readonly api: ApiSource | undefined
}

export interface ApiSource {
  readonly appPath: string
  readonly endpoints: readonly Endpoint[]
  readonly requestIds: RequestIds
}

interface AnsweredRoute extends OwnRoute {
  readonly answer: (exchange: Exchange) => void
}

const plainText = 'text/plain; charset=utf-8'

/** Adds what the server itself answers. `/` is added only where no endpoint has taken it. */
export function addOwnRoutes(router: Router<RouteHandler>, parts: OwnRoutesParts): void {
  const add = (path: string, answer: (exchange: Exchange) => void) => {
    router.add('GET', parsePathTemplate(path), { kind: 'own', onExchange: answer })
  }
  const routes = ownRoutes(parts, router.find('POST', '/').kind === 'not-found')
  for (const { path, answer } of routes) add(path, answer)
  if (parts.api !== undefined) addApiRoutes(add, { ...parts.api, ownRoutes: routes })
}

function ownRoutes({ readiness, metrics }: OwnRoutesParts, isRootFree: boolean): readonly AnsweredRoute[] {
  const ready: Omit<AnsweredRoute, 'path'> = {
    summary: 'whether every stage has a warm thread',
    contentType: plainText,
    statuses: { '200': 'ready', '503': 'starting or draining' },
    answer: (exchange) => replyReadiness(exchange, readiness()),
  }
  return [
    {
      path: '/livez',
      summary: 'whether the process answers',
      contentType: plainText,
      statuses: { '200': 'alive' },
      answer: replyLiveness,
    },
    { ...ready, path: '/readyz' },
    {
      path: '/metrics',
      summary: 'metrics in the text format of Prometheus',
      contentType: Exposition.contentType,
      statuses: { '200': 'the metrics' },
      answer: (exchange) => exchange.reply(200, [['content-type', Exposition.contentType]], metrics()),
    },
    ...(isRootFree ? [{ ...ready, path: '/' }] : []),
  ]
}
