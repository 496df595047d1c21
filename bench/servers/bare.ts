import { randomUUID } from 'node:crypto'
import uWS from 'uWebSockets.js'

export interface BareAnswer {
  readonly contentType: string
  /** A served stage names the request in the head of its answer, but for single JSON objects. */
  readonly id: 'sent' | 'unsent'
  answer(body: Buffer): string | Uint8Array
}

/**
 * The limit: uWebSockets reads the body, one function computes, the answer leaves with the headers that a served stage
 * sends. No queue, no thread, no schema.
 */
export function serveBare(bare: BareAnswer): void {
  const requestId = randomUUID()
  const app = uWS.App()
  app.post('/inference', (response) => {
    let isGone = false
    let received: Buffer | undefined
    response.onAborted(() => {
      isGone = true
    })
    response.onData((chunk, isLast) => {
      // The chunk's memory is only lent until this call returns.
      if (!isLast) received = Buffer.concat([received ?? Buffer.alloc(0), Buffer.from(chunk)])
      if (!isLast || isGone) return
      const bytes = Buffer.from(chunk)
      const body = bare.answer(received === undefined ? bytes : Buffer.concat([received, bytes]))
      response.cork(() => {
        response.writeHeader('server', 'redesmyn')
        response.writeHeader('server', 'redesmyn')
        response.writeHeader('content-type', bare.contentType)
        if (bare.id === 'sent') response.writeHeader('x-request-id', requestId)
        response.end(body)
      })
    })
  })
  app.listen('127.0.0.1', Number(process.env['PORT']), (socket) => {
    if (!socket) process.exit(1)
  })
}
