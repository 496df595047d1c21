import type { Field } from '../../../schema/field.ts'
import type { RecordBatch } from '../../record-batch.ts'
import { messageHeader } from '../arrow-format.ts'
import { type DecodeOptions, defaultDecodeOptions } from './decode-options.ts'
import { decodeKnownFields } from './decode-schema.ts'
import { guardDecoding, malformed } from './malformed.ts'
import { readMessages } from './read-messages.ts'
import { StreamDecoder } from './stream-decoder.ts'

export interface DecodedStream {
  readonly fields: readonly Field[]
  readonly batches: readonly RecordBatch[]
  /** Up to and with the end mark: another stream may stand behind it. */
  readonly byteLength: number
}

/**
 * Reads an Arrow IPC stream, whoever wrote it. Batches are views of `bytes` where their columns are laid out as ours;
 * dictionaries, large and view types and other units of time are rewritten. Every length, offset and count is checked.
 * Throws BODY_MALFORMED, or BODY_TOO_LARGE where rewriting would take more memory than `options` allow.
 */
export function decodeStream(bytes: Uint8Array, options: Partial<DecodeOptions> = {}): DecodedStream {
  return guardDecoding(() => {
    const decoder = new StreamDecoder({ ...defaultDecodeOptions, ...options })
    const batches: RecordBatch[] = []
    const messages = readMessages(bytes)
    let next = messages.next()
    for (; next.done !== true; next = messages.next()) {
      const batch = decoder.take(next.value)
      if (batch !== undefined) batches.push(batch)
    }
    return { fields: decoder.fields, batches, byteLength: next.value }
  })
}

/**
 * The columns of a stream that can be told in our types; the others are left out. `wanted` may say what some become, as
 * the options of `decodeStream` do. Throws BODY_MALFORMED.
 */
export function describeStream(bytes: Uint8Array, wanted: readonly Field[] = []): readonly Field[] {
  return guardDecoding(() => {
    const [first] = readMessages(bytes)
    if (first?.headerType !== messageHeader.schema) throw malformed('it does not begin with a schema')
    return decodeKnownFields(first.header, { ...defaultDecodeOptions, fields: wanted })
  })
}
