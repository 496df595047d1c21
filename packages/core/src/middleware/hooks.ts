import type { Middleware, MiddlewareReply, MiddlewareRequest } from './middleware.ts'

type Records = readonly Readonly<Record<string, unknown>>[]

export interface Hooks {
  /** Looks at the head before the body is read; what it throws is the answer. */
  readonly onHead?: (request: MiddlewareRequest) => void | Promise<void>
  /** Gives the endpoint other records than the client sent. Asks for JSON bodies. */
  readonly onRecords?: (records: Records, request: MiddlewareRequest) => Records | Promise<Records>
  /** Gives the client another reply, or the same with other headers, status or body. Sees errors too. */
  readonly onReply?: (reply: MiddlewareReply, request: MiddlewareRequest) => MiddlewareReply | Promise<MiddlewareReply>
}

/** A middleware of one function for each place where a request can be looked at or changed. */
export function hooks({ onHead, onRecords, onReply }: Hooks): Middleware {
  return async (request, next) => {
    await onHead?.(request)
    const reply = await next(onRecords && { records: await onRecords(await request.records(), request) })
    return onReply === undefined ? reply : await onReply(reply, request)
  }
}
