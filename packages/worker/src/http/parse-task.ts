import type { Capacity, ErrorData, Field, StageOverride } from '@redesmyn/core'
import type { BodyFormat } from './media-type.ts'
import type { OnInvalid } from './record-reader.ts'

/** What a parse thread is told once, as workerData. */
export interface ParseThreadData {
  /** The bundled app module: the thread finds stages in it by name, with the very checks the app declares. */
  readonly appUrl: string
  /** What its stages are given in place of what they declare. */
  readonly overrides: readonly StageOverride[]
}

export interface ParseTask {
  readonly stage: string
  readonly format: BodyFormat
  readonly onInvalid: OnInvalid
  readonly bytes: Uint8Array<ArrayBuffer>
}

export type ParseReply =
  | {
      readonly kind: 'parsed'
      /** One JSON object, not an array. */
      readonly isSingle: boolean
      readonly nullRows: readonly number[] | undefined
      readonly fields: readonly Field[]
      readonly rowCount: number
      readonly capacity: Capacity
      /** Columns of exactly these rows, laid out by `capacity`. */
      readonly buffer: ArrayBuffer
    }
  | { readonly kind: 'failed'; readonly error: ErrorData }
