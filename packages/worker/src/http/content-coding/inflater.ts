import { PipelineError } from '@redesmyn/core'
import type { ContentCoding } from './content-coding.ts'

/** As many as node's own pool has threads; one more would only take memory. */
const maxAtOnce = 4
/** What is inflated without a thread: this much takes half a millisecond at most. */
const maxSyncBytes = 256 * 1024
const maxSyncCompressedBytes = 64 * 1024

/** Undoes the compression of bodies, within a bound on what comes out, and on what waits. */
export class Inflater {
  readonly #maxWaitingBytes: number
  readonly #waiting: (() => void)[] = []
  #waitingBytes = 0
  #running = 0

  /** Beyond `maxWaitingBytes` of compressed bodies that wait for a thread: QUEUE_FULL. */
  constructor(maxWaitingBytes: number) {
    this.#maxWaitingBytes = maxWaitingBytes
  }

  /** `undefined` where it would take too long. Throws BODY_MALFORMED, and BODY_TOO_LARGE beyond `maxBytes`. */
  inflateNow(coding: ContentCoding, bytes: Uint8Array, maxBytes: number): Buffer | undefined {
    if (bytes.byteLength > maxSyncCompressedBytes) return undefined
    const limit = Math.min(maxSyncBytes, maxBytes)
    try {
      return coding.inflateSync(bytes, { maxOutputLength: limit })
    } catch (cause) {
      if (isTooLarge(cause) && limit < maxBytes) return undefined
      throw inflateError(coding, cause, maxBytes)
    }
  }

  /** In a thread of node's pool. Rejects as `inflateNow` throws, and with QUEUE_FULL. The bytes must not change. */
  async inflate(coding: ContentCoding, bytes: Uint8Array, maxBytes: number): Promise<Buffer> {
    await this.#enter(bytes.byteLength)
    try {
      return await new Promise<Buffer>((resolve, reject) => {
        coding.inflate(bytes, { maxOutputLength: maxBytes }, (error, inflated) => {
          if (error === null) resolve(inflated)
          else reject(inflateError(coding, error, maxBytes))
        })
      })
    } finally {
      const next = this.#waiting.shift()
      // Whoever waits gets the place itself, so that nobody comes between.
      if (next === undefined) this.#running--
      else next()
    }
  }

  async #enter(byteLength: number): Promise<void> {
    if (this.#running < maxAtOnce) {
      this.#running++
      return
    }
    if (this.#waitingBytes + byteLength > this.#maxWaitingBytes) throw noRoom(this.#maxWaitingBytes)
    this.#waitingBytes += byteLength
    await new Promise<void>((resolve) => this.#waiting.push(resolve))
    this.#waitingBytes -= byteLength
  }
}

function inflateError({ name }: ContentCoding, cause: unknown, maxBodyBytes: number): PipelineError {
  if (!isTooLarge(cause)) {
    const reason = cause instanceof Error ? cause.message : String(cause)
    return new PipelineError('BODY_MALFORMED', `decoding error: the body is not ${name}: ${reason}`, { cause })
  }
  const message = `the body is larger than the limit of ${maxBodyBytes} bytes once it is decompressed`
  return new PipelineError('BODY_TOO_LARGE', message, { details: { maxBodyBytes } })
}

function isTooLarge(error: unknown): boolean {
  return error instanceof Error && 'code' in error && error.code === 'ERR_BUFFER_TOO_LARGE'
}

function noRoom(maxWaitingBytes: number): PipelineError {
  const message = `compressed bodies that wait have reached their limit of ${maxWaitingBytes} bytes`
  return new PipelineError('QUEUE_FULL', message, { details: { maxWaitingBytes } })
}
