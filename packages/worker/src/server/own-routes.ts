import { parsePathTemplate } from '@redesmyn/core'
import type { Exchange } from '../http/exchange.ts'
import { replyLiveness, replyReadiness, type Readiness } from '../http/probes.ts'
import type { Router } from '../http/router.ts'
import { Exposition } from '../observe/exposition.ts'
import type { RouteHandler } from './request-listener.ts'

export interface OwnRoutesParts {
  readonly readiness: () => Readiness
  /** The text of a scrape. */
  readonly metrics: () => string
}

/** Adds what the server itself answers. `/` is added only where no endpoint has taken it. */
export function addOwnRoutes(router: Router<RouteHandler>, { readiness, metrics }: OwnRoutesParts): void {
  const add = (path: string, answer: (exchange: Exchange) => void) => {
    router.add('GET', parsePathTemplate(path), { kind: 'own', onExchange: answer })
  }
  add('/livez', replyLiveness)
  add('/readyz', (exchange) => replyReadiness(exchange, readiness()))
  add('/metrics', (exchange) => exchange.reply(200, [['content-type', Exposition.contentType]], metrics()))
  if (router.find('POST', '/').kind === 'not-found') add('/', (exchange) => replyReadiness(exchange, readiness()))
}
