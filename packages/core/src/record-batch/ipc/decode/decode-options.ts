import type { Field } from '../../../schema/field.ts'
import type { TimePrecision } from './decode-times.ts'

/** What a stream may ask for, whatever its bytes say. */
export interface DecodeLimits {
  /** Rows in all batches together. Default 2^22. */
  readonly maxRows: number
  /** Lists and structs inside each other. Default 32. */
  readonly maxDepth: number
  /** Fields, those of structs and items of lists included. Default 10,000. */
  readonly maxFields: number
  /** Memory for columns that have to be rewritten, such as dictionaries. Default 256 MiB. */
  readonly maxBytes: number
}

const defaultDecodeLimits: DecodeLimits = Object.freeze({
  maxRows: 2 ** 22,
  maxDepth: 32,
  maxFields: 10_000,
  maxBytes: 256 * 2 ** 20,
})

/** What is read of a stream, and how. */
export interface DecodeOptions extends DecodeLimits {
  /** The columns to read, by name; others may be of any type. Default all. A decimal becomes text where text is wanted. */
  readonly fields: readonly Field[] | undefined
  /** Default `exact`: times that are finer than a millisecond are malformed. */
  readonly times: TimePrecision
}

export const defaultDecodeOptions: DecodeOptions = Object.freeze({
  ...defaultDecodeLimits,
  fields: undefined,
  times: 'exact',
})
