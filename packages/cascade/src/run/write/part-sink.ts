import type { RecordBatch } from '@redesmyn/core'
import type { RejectedRecord, WrittenPart } from './write-messages.ts'

/** Takes the rows of one part. Every call resolves when the rows' memory may be used again. */
export interface PartSink {
  write(batch: RecordBatch): Promise<void>
  /** `batch`: what the numbers in `record` count. */
  reject(batch: RecordBatch, rejects: readonly RejectedRecord[]): Promise<void>
  /** Ends the files; they are on disk when it resolves. */
  finish(): Promise<WrittenPart>
  /** Removes what was written. Never rejects: whoever gives up has a reason of their own. */
  abort(): Promise<void>
}
