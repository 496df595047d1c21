import type { MessagePort } from 'node:worker_threads'
import type { BatchLayout, ErrorCode, ErrorData, Field } from '@redesmyn/core'
import type { WriteOptions } from '../../sink/sink-format.ts'
import type { FormatName } from '../../source/source-format.ts'

/** One part's files, as a writer's thread is asked for them. */
export interface WriteTask {
  readonly kind: 'write'
  readonly port: MessagePort
  readonly format: FormatName
  readonly options: WriteOptions
  readonly fields: readonly Field[]
  readonly path: string
  /** Whether the file is opened also without rows; else with the first of them. */
  readonly opensAlways: boolean
  /** Opened with the first reject: NDJSON, whatever the format of the output. */
  readonly rejectPath: string
  /** What a reject's `_file` says. */
  readonly sourceFile: string
  /** Whether that file holds rows that an earlier run has rejected. */
  readonly isRetry: boolean
}

/** Columns in shared memory, as a message carries them: both sides make views of the same bytes. */
export interface SentBatch {
  readonly layout: BatchLayout
  readonly buffer: ArrayBufferLike
  readonly rowCount: number
}

/** A row that is not in the output, and why. */
export interface RejectedRecord {
  readonly stage: string
  readonly code: ErrorCode
  readonly message: string
  /** Of the part, from 0, counting good and bad rows. */
  readonly row: number
  /** Where its columns are: a row of the batch that goes with it, or the record as the file has it. */
  readonly record: number | Uint8Array
}

export type ToWriter =
  | { readonly kind: 'write'; readonly rows: SentBatch }
  | { readonly kind: 'reject'; readonly rows: SentBatch; readonly rejects: readonly RejectedRecord[] }
  | { readonly kind: 'finish' }
  | { readonly kind: 'abort' }

/** One answer to each message, in order. */
export type FromWriter =
  | { readonly kind: 'done'; readonly busyMs: number }
  | { readonly kind: 'finished'; readonly busyMs: number; readonly written: WrittenPart }
  | { readonly kind: 'failed'; readonly error: ErrorData }
  /** Whoever reads what is written has left. */
  | { readonly kind: 'gone' }

export interface WrittenPart {
  readonly output: WrittenFile | undefined
  readonly rejects: WrittenFile | undefined
}

export interface WrittenFile {
  readonly rowCount: number
  readonly byteLength: number
}
