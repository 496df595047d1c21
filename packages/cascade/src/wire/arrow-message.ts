import {
  type DecodedStream,
  type DecodeOptions,
  decodeStream,
  encodeStream,
  joinBatches,
  PipelineError,
  type RecordBatch,
} from '@redesmyn/core'
import type { CallReject } from '../handoff/between.ts'
import { readRejects, rejectFields, writeRejects } from './rejects-batch.ts'

/** What a stage answered, as bytes carry it. */
export interface ReplyRows {
  readonly batch: RecordBatch
  /** By row, ascending; a row comes once. */
  readonly rejects: readonly CallReject[]
}

/**
 * A batch as an Arrow IPC stream, in pieces to be written one after the other: views of the used part of each of its
 * buffers, and zeros up to multiples of 64 between them. They are valid as long as the batch's memory. Equal batches give
 * equal bytes.
 */
export function encodeBatch(batch: RecordBatch): readonly Uint8Array[] {
  return encodeStream(batch)
}

/**
 * The rows of an Arrow stream, as views of `bytes` where it holds one batch laid out as ours are. Several batches are
 * joined, none is a batch without rows. Throws BODY_MALFORMED, also for what stands behind the stream, and BODY_TOO_LARGE
 * where rewriting takes more than `options.maxBytes`.
 */
export function decodeBatch(bytes: Uint8Array, options: Partial<DecodeOptions> = {}): RecordBatch {
  return batchOf(decodeWhole(bytes, options))
}

/** The answered rows as a stream, and behind it, where there are any, the rejects as a second one. */
export function encodeReply({ batch, rejects }: ReplyRows): readonly Uint8Array[] {
  return rejects.length === 0 ? encodeBatch(batch) : [...encodeBatch(batch), ...encodeBatch(writeRejects(rejects))]
}

/** What `decodeReply` is told beside the bytes. */
export interface ReplyFacts {
  /** How many rejects the head of the reply promises: none, and there is no second stream. */
  readonly rejectCount: number
  /** Rows of the call: those that rejects may name. */
  readonly rowCount: number
}

/** Reads what `encodeReply` wrote. Throws BODY_MALFORMED where it is something else. */
export function decodeReply(
  bytes: Uint8Array,
  { rejectCount, rowCount }: ReplyFacts,
  options: Partial<DecodeOptions> = {},
): ReplyRows {
  if (rejectCount === 0) return { batch: decodeBatch(bytes, options), rejects: [] }
  const answered = decodeStream(bytes, options)
  const told = decodeBatch(bytes.subarray(answered.byteLength), { fields: rejectFields, maxRows: rowCount })
  if (told.rowCount !== rejectCount) {
    throw new PipelineError('BODY_MALFORMED', `expected ${rejectCount} rejects, got ${told.rowCount}`)
  }
  return { batch: batchOf(answered), rejects: readRejects(told, rowCount) }
}

function decodeWhole(bytes: Uint8Array, options: Partial<DecodeOptions>): DecodedStream {
  const stream = decodeStream(bytes, options)
  const rest = bytes.byteLength - stream.byteLength
  if (rest === 0) return stream
  throw new PipelineError('BODY_MALFORMED', `expected one Arrow stream, got ${rest} bytes behind its end`)
}

function batchOf({ fields, batches }: DecodedStream): RecordBatch {
  return joinBatches(fields, batches)
}
