import {
  type BatchOutcome,
  type BoundJsonWriter,
  fromErrorData,
  type JsonWriter,
  type PipelineError,
  type RecordBatch,
  type ReplyHead,
} from '@redesmyn/core'
import type { SlabSource } from '../memory/slab-source.ts'
import type { RowError, RowReplyHead } from '../thread/protocol.ts'

export interface SlabOutcomeParts {
  /** The outputs, and where they lie. */
  readonly source: SlabSource
  readonly jsonWriter: JsonWriter
  readonly parents: Int32Array | undefined
  readonly rejects: readonly RowError[] | undefined
  readonly heads: readonly RowReplyHead[] | undefined
}

const noRejects: readonly RowError[] = Object.freeze([])

/** What came back for a batch, read in place. The JSON writer is bound to the columns once for all rows. */
export class SlabOutcome implements BatchOutcome {
  readonly output: RecordBatch
  readonly source: SlabSource
  /** For each row of the output, the row of the batch that it comes from; undefined: the same. */
  readonly parents: Int32Array | undefined
  readonly rejects: readonly RowError[]
  readonly #jsonWriter: JsonWriter
  readonly #errors: Map<number, PipelineError> | undefined
  readonly #heads: Map<number, ReplyHead> | undefined
  #bound: BoundJsonWriter | undefined

  constructor(parts: SlabOutcomeParts) {
    const { source, jsonWriter, parents, rejects, heads } = parts
    this.output = source.batch
    this.source = source
    this.parents = parents
    this.rejects = rejects ?? noRejects
    this.#jsonWriter = jsonWriter
    this.#errors = rejects && new Map(rejects.map(({ row, error }) => [row, fromErrorData(error)]))
    this.#heads = heads && new Map(heads.map(({ row, head }) => [row, head]))
  }

  json(row: number): string {
    this.#bound ??= this.#jsonWriter.bind(this.output)
    return this.#bound.object(row)
  }

  jsonPrediction(row: number): string {
    this.#bound ??= this.#jsonWriter.bind(this.output)
    return this.#bound.prediction(row)
  }

  errorOf(row: number): PipelineError | undefined {
    return this.#errors?.get(row)
  }

  replyHeadOf(row: number): ReplyHead | undefined {
    return this.#heads?.get(row)
  }
}
