import type { Field, RowSource } from '@redesmyn/core'
import type { Answer } from '../answer.ts'

/** What a body came to: rows that can enter a batch. */
export interface ReadBody {
  /** One record, not a list: the answer is then one too. */
  readonly isSingle: boolean
  /** See `ReadRecords`. */
  readonly nullRows: readonly number[] | undefined
  readonly fields: readonly Field[]
  readonly rows: RowSource
}

/** What a codec may know of a request beside its body. */
export interface CodedRequest {
  readonly contentType: string
  /** Those that the endpoint lists, by name; undefined where it lists none. */
  readonly headers: Readonly<Record<string, string>> | undefined
}

/** Reads the bodies of one codec. */
export interface BodyCodec {
  /** Whether a body of no bytes is one like any other. */
  readonly takesEmpty: boolean
  /** `bytes` may be kept, and must not change. Throws what is wrong with them. */
  read(bytes: Uint8Array, request: CodedRequest): ReadBody
}

/** Writes the answers of one codec. */
export interface AnswerCodec {
  /** Throws REQUEST_INVALID where so many rows have no answer of this kind. */
  open(rowCount: number, isSingle: boolean): Answer
}
