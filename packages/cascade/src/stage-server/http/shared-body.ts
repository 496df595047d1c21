import type { IncomingMessage } from 'node:http'
import { type Clock, PipelineError } from '@redesmyn/core'

export interface BodyTerms {
  /** Undefined for a chunked body. */
  readonly declaredBytes: number | undefined
  readonly maxBytes: number
  readonly clock: Clock
  /** In each such time a least number of bytes must come. */
  readonly bodyTimeoutMs: number
  /** The sender has gone. */
  readonly signal: AbortSignal
}

const leastBytes = 16 * 1024

/**
 * A body as bytes in shared memory of its own, so that threads can read the batch in it where it lies. Rejects with
 * BODY_TOO_LARGE, UPLOAD_STALLED, or the signal's reason.
 */
export function readSharedBody(request: IncomingMessage, terms: BodyTerms): Promise<Uint8Array> {
  return new Promise((resolve, reject) => {
    const body = new SharedBody(terms, {
      resolve(bytes) {
        end()
        resolve(bytes)
      },
      reject(error) {
        end()
        reject(error)
      },
    })
    const leave = (): void => body.fail(terms.signal.reason)
    const take = (piece: Uint8Array): void => body.take(piece)
    const finish = (): void => body.finish()
    const end = (): void => {
      terms.signal.removeEventListener('abort', leave)
      request.off('data', take).off('end', finish)
    }
    if (terms.signal.aborted) return leave()
    terms.signal.addEventListener('abort', leave, { once: true })
    request.on('data', take).on('end', finish)
  })
}

interface BodyReader {
  resolve(bytes: Uint8Array): void
  reject(error: unknown): void
}

class SharedBody {
  readonly #terms: BodyTerms
  readonly #reader: BodyReader
  #room: Uint8Array
  #receivedBytes = 0
  #checkedBytes = 0
  #cancel: () => void

  constructor(terms: BodyTerms, reader: BodyReader) {
    this.#terms = terms
    this.#reader = reader
    this.#room = new Uint8Array(new SharedArrayBuffer(terms.declaredBytes ?? leastBytes))
    this.#cancel = this.#watch()
  }

  take(piece: Uint8Array): void {
    const { maxBytes } = this.#terms
    const neededBytes = this.#receivedBytes + piece.byteLength
    if (neededBytes > maxBytes) {
      const message = `the body is larger than the limit of ${maxBytes} bytes for bodies without content-length`
      this.fail(new PipelineError('BODY_TOO_LARGE', message, { details: { maxBodyBytes: maxBytes } }))
      return
    }
    if (neededBytes > this.#room.byteLength) this.#grow(neededBytes)
    this.#room.set(piece, this.#receivedBytes)
    this.#receivedBytes = neededBytes
  }

  finish(): void {
    this.#cancel()
    this.#reader.resolve(this.#room.subarray(0, this.#receivedBytes))
  }

  fail(error: unknown): void {
    this.#cancel()
    this.#reader.reject(error)
  }

  #watch(): () => void {
    const { clock, bodyTimeoutMs } = this.#terms
    return clock.after(bodyTimeoutMs, () => {
      const cameBytes = this.#receivedBytes - this.#checkedBytes
      this.#checkedBytes = this.#receivedBytes
      if (cameBytes >= leastBytes) this.#cancel = this.#watch()
      else this.fail(stalled(cameBytes, bodyTimeoutMs))
    })
  }

  #grow(neededBytes: number): void {
    const { maxBytes } = this.#terms
    const grown = new Uint8Array(
      new SharedArrayBuffer(Math.min(maxBytes, Math.max(neededBytes, 2 * this.#room.byteLength))),
    )
    grown.set(this.#room.subarray(0, this.#receivedBytes))
    this.#room = grown
  }
}

function stalled(cameBytes: number, bodyTimeoutMs: number): PipelineError {
  const message = `expected ${leastBytes} bytes more of the body within ${bodyTimeoutMs} ms, got ${cameBytes}`
  return new PipelineError('UPLOAD_STALLED', message, { details: { bodyTimeoutMs } })
}
