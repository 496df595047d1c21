import { parsePathTemplate, PipelineError } from '@redesmyn/core'
import { replyError } from '../http/error-reply.ts'
import type { Exchange } from '../http/exchange.ts'
import { jsonHeaders } from '../http/reply-headers.ts'
import type { Router } from '../http/router.ts'
import { toPipelineError } from '../http/to-pipeline-error.ts'
import type { RequestIds } from '../observe/request-ids.ts'
import type { ServedModels } from './served-models.ts'
import type { RouteHandler } from './request-listener.ts'

export interface AdminRoutesParts {
  readonly models: readonly ServedModels[]
  readonly requestIds: RequestIds
}

/** Adds what only someone at the machine itself may ask. */
export function addAdminRoutes(router: Router<RouteHandler>, { models, requestIds }: AdminRoutesParts): void {
  const add = (method: string, path: string, answer: () => Promise<unknown>) => {
    const onExchange = (exchange: Exchange): void => {
      assertLocal(exchange)
      answer().then(
        (value) => exchange.reply(200, jsonHeaders, JSON.stringify(value)),
        (error: unknown) => replyError(exchange, toPipelineError(error), requestIds.text(requestIds.next())),
      )
    }
    router.add(method, parsePathTemplate(path), { kind: 'own', onExchange })
  }
  const list = () => ({ models: models.flatMap((served) => served.list()) })
  add('GET', '/admin/models', async () => list())
  add('POST', '/admin/models/refresh', async () => {
    await Promise.all(models.map((served) => served.refresh()))
    return list()
  })
}

const loopback =
  /^(?:127\.|::1$|::ffff:127\.|0000:0000:0000:0000:0000:0000:0000:0001$|0000:0000:0000:0000:0000:ffff:7f)/

/**
 * Everybody else learns nothing, not even that there is something. A proxy's connection is a local one too, and so is
 * that of a browser with somebody else's page in it: their requests say so.
 */
function assertLocal(exchange: Exchange): void {
  const headers = exchange.headers()
  const isPassedOn = 'x-forwarded-for' in headers || 'forwarded' in headers || 'origin' in headers
  if (loopback.test(exchange.remoteAddress()) && !isPassedOn) return
  throw new PipelineError('ROUTE_NOT_FOUND', `nothing answers at "${exchange.path}"`)
}
