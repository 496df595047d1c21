import type { RecordBatch } from '../../record-batch.ts'
import { type DecodeOptions, defaultDecodeOptions } from './decode-options.ts'
import { guardDecoding, malformed } from './malformed.ts'
import { readMessages } from './read-messages.ts'
import { StreamDecoder } from './stream-decoder.ts'

/**
 * Decodes a stream one message at a time, for whoever cannot or need not have all of it in memory. The schema comes first,
 * and a dictionary before the batches that use it. `maxRows` counts the rows of all batches, as for `decodeStream`.
 */
export class MessageDecoder {
  readonly #decoder: StreamDecoder

  constructor(options: Partial<DecodeOptions> = {}) {
    this.#decoder = new StreamDecoder({ ...defaultDecodeOptions, ...options })
  }

  /**
   * Takes one whole message, marker and length included. Gives the rows of a record batch: views of `bytes` where the
   * columns are laid out as ours. Throws BODY_MALFORMED, or BODY_TOO_LARGE as `decodeStream` does.
   */
  decode(bytes: Uint8Array): RecordBatch | undefined {
    return guardDecoding(() => {
      const { done, value } = readMessages(bytes).next()
      if (done === true) throw malformed('it ends where a message was expected')
      return this.#decoder.take(value)
    })
  }

  /** Whether a dictionary has come, and for a column that is read: its bytes are kept until it is replaced. */
  keepsDictionary(id: number): boolean {
    return this.#decoder.hasDictionary(id)
  }
}
