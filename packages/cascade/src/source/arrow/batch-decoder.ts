import { type Field, MessageDecoder, type RecordBatch } from '@redesmyn/core'
import { toSourceFailure } from '../source-failure.ts'

/** Decodes the messages of one input, and names the input where they are broken: SOURCE_FAILED. */
export class BatchDecoder {
  readonly #path: string
  readonly #decoder: MessageDecoder

  /** `fields`: those that are read. Times finer than a millisecond are cut off. */
  constructor(path: string, fields: readonly Field[]) {
    const unbounded = { maxRows: Number.POSITIVE_INFINITY, maxBytes: Number.POSITIVE_INFINITY }
    this.#path = path
    this.#decoder = new MessageDecoder({ fields, times: 'floor', ...unbounded })
  }

  /** Undefined for a message without rows. */
  decode(message: Uint8Array): RecordBatch | undefined {
    return guardSource(this.#path, () => this.#decoder.decode(message))
  }

  keepsDictionary(id: number): boolean {
    return this.#decoder.keepsDictionary(id)
  }
}

/** What `decode` gives; what it throws names the input. */
export function guardSource<T>(path: string, decode: () => T): T {
  try {
    return decode()
  } catch (error) {
    throw toSourceFailure(path, error)
  }
}
