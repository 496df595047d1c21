import type { Endpoint } from '@redesmyn/core'
import type { ApiTitle } from './api-title.ts'
import { describeEndpoint, describeSchemas } from './describe-endpoint.ts'
import { describeErrorResponses, errorSchemas } from './describe-errors.ts'

/** A route of the server itself. */
export interface OwnRoute {
  readonly path: string
  readonly summary: string
  readonly contentType: string
  readonly statuses: Readonly<Record<string, string>>
}

export interface ApiParts {
  readonly title: ApiTitle
  readonly endpoints: readonly Endpoint[]
  readonly ownRoutes: readonly OwnRoute[]
  /** The root of the server as seen from where the document lies: `.` beside the endpoints, `..` one folder below. */
  readonly root: string
}

/** The OpenAPI 3.1 document of a server: every route it has. */
export function describeApi({ title, endpoints, ownRoutes, root }: ApiParts): object {
  const paths: Record<string, object> = {}
  for (const endpoint of endpoints) paths[endpoint.path] = { post: describeEndpoint(endpoint) }
  for (const route of ownRoutes) paths[route.path] = { ...paths[route.path], get: describeOwnRoute(route) }
  const requestId = "the id of the request in answers and logs: the client's, else a new one"
  return {
    openapi: '3.1.0',
    info: title,
    servers: [{ url: root }],
    tags: [
      { name: 'endpoints', description: 'what the app serves' },
      { name: 'server', description: 'what the server says of itself' },
    ],
    paths,
    components: {
      schemas: { ...Object.assign({}, ...endpoints.map(describeSchemas)), ...errorSchemas },
      responses: describeErrorResponses(),
      headers: { RequestId: { description: requestId, schema: { type: 'string' } } },
      parameters: {
        RequestId: {
          name: 'x-request-id',
          in: 'header',
          description: requestId,
          schema: { type: 'string', maxLength: 128 },
        },
      },
    },
  }
}

function describeOwnRoute({ path, summary, contentType, statuses }: OwnRoute): object {
  const isTyped = contentType !== ''
  return {
    operationId: `get_${path.replace(/[^A-Za-z0-9]+/g, '_').replace(/^_|_$/g, '')}`,
    tags: ['server'],
    summary,
    responses: Object.fromEntries(
      Object.entries(statuses).map(([status, description]) => [
        status,
        isTyped ? { description, content: { [contentType]: {} } } : { description },
      ]),
    ),
  }
}
