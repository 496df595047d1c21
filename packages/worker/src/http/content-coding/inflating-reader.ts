import type { PipelineError } from '@redesmyn/core'
import type { BodyReader, BytesOwner } from '../exchange.ts'
import { ownBytes } from '../own-bytes.ts'
import { toPipelineError } from '../to-pipeline-error.ts'
import type { ContentCoding } from './content-coding.ts'
import type { Inflater } from './inflater.ts'

export interface InflatingParts {
  readonly coding: ContentCoding
  readonly inflater: Inflater
  /** Of the body as it was before it was compressed. */
  readonly maxBytes: number
}

/** Hands a compressed body on as it was before. */
export class InflatingReader implements BodyReader {
  readonly #reader: BodyReader
  readonly #parts: InflatingParts
  #isGone = false

  constructor(reader: BodyReader, parts: InflatingParts) {
    this.#reader = reader
    this.#parts = parts
  }

  onBody(bytes: Uint8Array, owner: BytesOwner): void {
    if (bytes.byteLength === 0) return this.#reader.onBody(bytes, owner)
    const { coding, inflater, maxBytes } = this.#parts
    try {
      const inflated = inflater.inflateNow(coding, bytes, maxBytes)
      if (inflated === undefined) void this.#inflateElsewhere(ownBytes(bytes, owner))
      else this.#reader.onBody(inflated, ownerOf(inflated))
    } catch (error) {
      this.#reader.onRefused(toPipelineError(error))
    }
  }

  onRefused(error: PipelineError): void {
    this.#reader.onRefused(error)
  }

  onGone(): void {
    this.#isGone = true
    this.#reader.onGone()
  }

  async #inflateElsewhere(bytes: Uint8Array): Promise<void> {
    const { coding, inflater, maxBytes } = this.#parts
    try {
      const inflated = await inflater.inflate(coding, bytes, maxBytes)
      if (!this.#isGone) this.#reader.onBody(inflated, ownerOf(inflated))
    } catch (error) {
      this.#reader.onRefused(toPipelineError(error))
    }
  }
}

/** Small buffers share memory with others, and must not be moved to a thread. */
function ownerOf({ buffer }: Buffer): BytesOwner {
  return buffer.byteLength > Buffer.poolSize ? 'reader' : 'front-end'
}
