import { randomUUID } from 'node:crypto'

const maxIdLength = 128
const hexPairs = Array.from({ length: 256 }, (_, byte) => byte.toString(16).padStart(2, '0'))

/** An id that a client sent, if it can be written into a header and a log line as it is; else ''. */
export function acceptRequestId(id: string): string {
  if (id.length > maxIdLength) return ''
  for (let i = 0; i < id.length; i++) {
    const code = id.charCodeAt(i)
    if (code <= 0x20 || code >= 0x7f) return ''
  }
  return id
}

/**
 * Names requests in the form of a UUIDv4: 32 bits that count, and 90 random ones that are the server's. A request is
 * a number until somebody wants to read its id, which most never do. The ids are no secrets.
 */
export class RequestIds {
  /** What the ids of this server end with. */
  readonly suffix = randomUUID().slice(8)
  #count = Number.parseInt(randomUUID().slice(0, 8), 16) | 0

  next(): number {
    this.#count = (this.#count + 1) | 0
    return this.#count
  }

  text(requestNumber: number): string {
    return requestIdText(requestNumber, this.suffix)
  }
}

/** The id of a request whose client sent none. */
export function requestIdText(requestNumber: number, suffix: string): string {
  return (
    hexPairs[(requestNumber >>> 24) & 0xff] +
    hexPairs[(requestNumber >>> 16) & 0xff] +
    hexPairs[(requestNumber >>> 8) & 0xff] +
    hexPairs[requestNumber & 0xff] +
    suffix
  )
}
