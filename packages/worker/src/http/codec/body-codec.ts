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
  /** Copies what the rows still need of the body's bytes, before those change. */
  readonly own?: () => void
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
  /** Whether the body may be read from bytes that change afterwards: see `ReadBody.own`. */
  readonly mayBorrow: boolean
  /** Throws what is wrong with the bytes. */
  read(bytes: Uint8Array, request: CodedRequest): ReadBody
}

/** Writes the answers of one codec. */
export interface AnswerCodec {
  /** Throws REQUEST_INVALID where so many rows have no answer of this kind. */
  open(rowCount: number, isSingle: boolean): Answer
}
