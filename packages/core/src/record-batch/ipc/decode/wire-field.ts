import type { ColumnType, Field } from '../../../schema/field.ts'

/** How a column's buffers differ from those of our own columns. */
export type WireEncoding =
  | { readonly kind: 'same' }
  /** No buffers at all: every row is null. */
  | { readonly kind: 'null' }
  /** Texts, bytes and lists whose offsets are 64 bits wide. */
  | { readonly kind: 'large' }
  /** Texts and bytes that are kept in place where they are short, and pointed to where not. */
  | { readonly kind: 'view' }
  /** Timestamps of another unit: one is `ms` / `perMs` milliseconds. */
  | { readonly kind: 'time'; readonly ms: bigint; readonly perMs: bigint }
  /** Dates as days since 1970. */
  | { readonly kind: 'days' }
  /** Floats of 16 bits. */
  | { readonly kind: 'half' }
  /** Bytes, always as many. */
  | { readonly kind: 'fixed-bytes'; readonly byteWidth: number }
  | DecimalEncoding
  | SkippedEncoding
  | DictionaryEncoding

/** Integers that stand for themselves divided by 10 to the power of `scale`. */
export interface DecimalEncoding {
  readonly kind: 'decimal'
  readonly bits: number
  readonly scale: number
}

/** A column that nobody asked for, of any type: how many buffers are to be passed over before its children. */
export interface SkippedEncoding {
  readonly kind: 'skipped'
  readonly buffers: number
  /** Whether a count in the message says how many buffers follow. */
  readonly isVariadic: boolean
}

/** Integers that say which value of a dictionary is meant; the values' type is that of the field's only child. */
export interface DictionaryEncoding {
  readonly kind: 'dictionary'
  readonly id: number
  readonly index: ColumnType
}

/** A field of a stream's schema: what the column becomes, and how it comes. */
export interface WireField {
  readonly field: Field
  readonly encoding: WireEncoding
  readonly children: readonly WireField[]
}
