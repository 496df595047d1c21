import type { PipelineError } from '../errors/pipeline-error.ts'
import type { RecordBatch } from '../record-batch/record-batch.ts'

/** Status and headers that a handler chose for one row's answer. */
export interface ReplyHead {
  readonly status?: number
  readonly headers?: Readonly<Record<string, string>>
}

/** What a batch came to, shared by all its waiters. Valid only during `deliver`: the slab is reused afterwards. */
export interface BatchOutcome {
  readonly output: RecordBatch
  /** One row of the output as a JSON text: an object, whatever the number of fields. */
  json(row: number): string
  /** The bare value where the output has one field, else the object. */
  jsonPrediction(row: number): string
  /** The error of a row that the handler rejected. */
  errorOf(row: number): PipelineError | undefined
  replyHeadOf(row: number): ReplyHead | undefined
}
