import type { Endpoint } from '@redesmyn/core'
import { replyError } from '../http/error-reply.ts'
import type { Exchange, ReplyHeader } from '../http/exchange.ts'
import { headerNames } from '../http/header-text.ts'
import { toPipelineError } from '../http/to-pipeline-error.ts'
import { acceptRequestId, type RequestIds } from '../observe/request-ids.ts'
import { readApiTitle } from '../openapi/api-title.ts'
import { describeApi, type OwnRoute } from '../openapi/describe-api.ts'
import { type PageFile, pageFileNames, pagePolicy, readPageFile, renderPage } from '../openapi/docs-page.ts'

export interface ApiRoutesParts {
  readonly appPath: string
  readonly endpoints: readonly Endpoint[]
  readonly ownRoutes: readonly OwnRoute[]
  readonly requestIds: RequestIds
}

/** These pages as the document lists them. */
const apiRoutes: readonly OwnRoute[] = [
  {
    path: '/openapi.json',
    summary: 'this description',
    contentType: 'application/json',
    statuses: { '200': 'the document' },
  },
  {
    path: '/openapi/metadata.json',
    summary: 'the same',
    contentType: 'application/json',
    statuses: { '200': 'the document' },
  },
  { path: '/docs', summary: 'the page to read and try it', contentType: 'text/html', statuses: { '200': 'the page' } },
  { path: '/openapi/swagger/', summary: 'leads to the page', contentType: '', statuses: { '302': 'to /docs' } },
]

export type AddRoute = (path: string, answer: (exchange: Exchange) => void) => void

/** Browsers ask again each time; the files of the page change with its package only. */
const freshHeader: ReplyHeader = ['cache-control', 'no-cache']
const keptHeader: ReplyHeader = ['cache-control', 'public, max-age=86400']

/** Adds the description of the API and the page to read and try it. Both are made when they are first asked for. */
export function addApiRoutes(add: AddRoute, parts: ApiRoutesParts): void {
  const { requestIds } = parts
  const describe = (root: string) => {
    let text: string | undefined
    return (exchange: Exchange) => {
      text ??= JSON.stringify(
        describeApi({
          ...parts,
          ownRoutes: [...parts.ownRoutes, ...apiRoutes],
          title: readApiTitle(parts.appPath),
          root,
        }),
      )
      exchange.reply(200, [['content-type', 'application/json'], freshHeader], text)
    }
  }
  add('/openapi.json', describe('.'))
  add('/openapi/metadata.json', describe('..'))
  add('/openapi/swagger/', (exchange) => exchange.reply(302, [['location', '../../docs']], ''))
  add('/docs', (exchange) => {
    const page = renderPage(readApiTitle(parts.appPath).title)
    replyFile(exchange, page, [freshHeader, ['content-security-policy', pagePolicy]])
  })
  for (const name of pageFileNames) {
    add(`/docs/${name}`, (exchange) => {
      const requestId = acceptRequestId(exchange.header(headerNames.requestId)) || requestIds.text(requestIds.next())
      readPageFile(name).then(
        (file) => replyFile(exchange, file, [keptHeader]),
        (error: unknown) => replyError(exchange, toPipelineError(error), requestId),
      )
    })
  }
}

function replyFile(exchange: Exchange, { contentType, bytes }: PageFile, headers: readonly ReplyHeader[]): void {
  exchange.reply(200, [['content-type', contentType], ['x-content-type-options', 'nosniff'], ...headers], bytes)
}
