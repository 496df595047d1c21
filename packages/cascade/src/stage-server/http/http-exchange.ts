import type { IncomingMessage, ServerResponse } from 'node:http'

/** A request and where it is answered. */
export interface HttpExchange {
  readonly request: IncomingMessage
  readonly response: ServerResponse
  /** The sender waits for `100 Continue` before it sends the body. */
  readonly isExpecting: boolean
}
