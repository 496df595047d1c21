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

export const defaultDecodeLimits: DecodeLimits = Object.freeze({
  maxRows: 2 ** 22,
  maxDepth: 32,
  maxFields: 10_000,
  maxBytes: 256 * 2 ** 20,
})
