import type { EncodedHeader, HeaderName } from './exchange.ts'

/**
 * The request headers that we read, also as bytes: uWebSockets takes bytes as they are, and copies a string at every
 * call, which is twice as slow. Every request looks for nearly all of them.
 */
export const headerNames = Object.freeze({
  accept: headerName('accept'),
  acceptEncoding: headerName('accept-encoding'),
  contentEncoding: headerName('content-encoding'),
  contentLength: headerName('content-length'),
  contentType: headerName('content-type'),
  deadline: headerName('cascade-deadline-ms'),
  requestId: headerName('x-request-id'),
  traceparent: headerName('traceparent'),
})

/** A reply header that never changes, with its bytes. */
export function constantHeader(
  name: string,
  value: string,
): readonly [name: string, value: string, bytes: EncodedHeader] {
  return [name, value, { name: encode(name), value: encode(value) }]
}

export function headerName(text: string): HeaderName {
  return Object.freeze({ text, bytes: encode(text) })
}

function encode(text: string): ArrayBuffer {
  const bytes = new Uint8Array(text.length)
  for (let i = 0; i < text.length; i++) bytes[i] = text.charCodeAt(i)
  return bytes.buffer
}
