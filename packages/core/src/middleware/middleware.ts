/** A request on its way to an endpoint, or a part of it. Its head is there at once, its body may still arrive. */
export interface MiddlewareRequest {
  readonly method: string
  /** As sent: still percent-encoded, without the query, and without the server's prefix. */
  readonly path: string
  readonly query: URLSearchParams
  /** Names in lower case; of a header that came several times the values, joined by commas. */
  readonly headers: Readonly<Record<string, string>>
  /** Path of the endpoint as declared. */
  readonly endpoint: string
  /** Values of the path's `{parameters}`. */
  readonly params: Readonly<Record<string, string>>
  /** The client's, where it sent a usable one. */
  readonly requestId: string
  /** The peer's, which may be a proxy: what it says of its own peers is in `headers`. */
  readonly remoteAddress: string
  /** For what one middleware has to tell the next: of this request alone. */
  readonly state: Record<string, unknown>
  /** Aborts when the client has gone, or when the time of the request is over. */
  readonly signal: AbortSignal
  /** The body as it came. Rejects with BODY_TOO_LARGE, UPLOAD_STALLED or QUEUE_FULL. */
  body(): Promise<Uint8Array>
  /** The records of a JSON body, not yet checked by the schema. Rejects with MEDIA_TYPE_UNSUPPORTED, BODY_MALFORMED. */
  records(): Promise<readonly Readonly<Record<string, unknown>>[]>
}

/** What the endpoint is given in place of what the client sent. */
export interface RequestChange {
  /** Its media type is that of the request's own. */
  readonly body?: Uint8Array | string
  /** Written as JSON; one record, where the client sent one that was no list, stays one. */
  readonly records?: readonly Readonly<Record<string, unknown>>[]
}

export interface MiddlewareReply {
  /** 200 to 599. */
  readonly status: number
  /** Names in lower case. Content-Length is the server's. */
  readonly headers: Readonly<Record<string, string>>
  readonly body: string | Uint8Array
}

/**
 * What comes behind: further middleware, in the end the endpoint. It never rejects: what is thrown there has become an
 * error reply. Called once at most.
 */
export type Next = (change?: RequestChange) => Promise<MiddlewareReply>

/**
 * Wraps the answering of requests, in the thread of the front end: looks at the head, answers in place of the endpoint,
 * or calls `next` and changes what goes in or comes out. A `PipelineError` that it throws is answered with its status,
 * anything else with 500 and nothing of what was thrown.
 */
export type Middleware = (request: MiddlewareRequest, next: Next) => MiddlewareReply | Promise<MiddlewareReply>
