import { randomUUID } from 'node:crypto'
import { STATUS_CODES } from 'node:http'
import type { Duplex } from 'node:stream'
import { type ErrorCode, errorTable } from '@redesmyn/core'
import { serverHeader } from '../reply-headers.ts'

export interface Refusal {
  readonly status: number
  readonly body: string
}

/** The answer to a request that never becomes an exchange, in the form of all other errors. */
export function describeRefusal(code: ErrorCode, message: string): Refusal {
  const error = { code, message, requestId: randomUUID(), details: {} }
  return { status: errorTable[code].http ?? 500, body: JSON.stringify({ error }) }
}

/** What node's parser refused, answered on the bare socket, which then closes. */
export function refuseOnSocket(error: NodeJS.ErrnoException, socket: Duplex): void {
  if (!socket.writable || error.code === 'ECONNRESET') {
    socket.destroy()
    return
  }
  const { status, body } = refusalOf(error.code)
  const head = [
    `HTTP/1.1 ${status} ${STATUS_CODES[status]}`,
    `${serverHeader[0]}: ${serverHeader[1]}`,
    'content-type: application/json',
    `content-length: ${Buffer.byteLength(body)}`,
    'connection: close',
  ]
  socket.end(`${head.join('\r\n')}\r\n\r\n${body}`, () => socket.destroy())
}

function refusalOf(code: string | undefined): Refusal {
  if (code === 'HPE_HEADER_OVERFLOW') return describeRefusal('HEADERS_TOO_LARGE', 'the header block is too large')
  if (code === 'ERR_HTTP_REQUEST_TIMEOUT')
    return describeRefusal('UPLOAD_STALLED', 'the headers did not arrive in time')
  return describeRefusal('REQUEST_INVALID', 'the request is not valid HTTP/1.1')
}
