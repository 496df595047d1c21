import { type Compile, layoutBatch, PipelineError, RecordBatch, type RecordSchema } from '@redesmyn/core'
import type { ReadBlock } from '../../source/source-format.ts'
import { sourceFormatOf } from '../../source/source-formats.ts'
import type { InputFiles } from './frame-task.ts'

/** A frame takes its rows all at once: how they are cut on the way decides nothing but the size of a piece. */
const pieces = Object.freeze({ batchRows: 65_536, batchBytes: 64 * 1024 * 1024 })
const partLimits = Object.freeze({ partRows: 1_000_000, partBytes: 128 * 1024 * 1024 })

export interface RowsRequest {
  readonly input: InputFiles
  readonly schema: RecordSchema
  readonly compile: Compile
  /** Who takes the rows and from whom, in words. */
  readonly subject: string
  readonly signal: AbortSignal
}

/** All rows of some files, in order. Throws what the format throws, and the code of the first row that breaks the schema. */
export async function readRows(request: RowsRequest): Promise<readonly RecordBatch[]> {
  const { input, schema, compile, signal } = request
  const format = await sourceFormatOf(input.format)
  const batches: RecordBatch[] = []
  for (const path of input.files) {
    let firstRow = 0
    for (const range of format.split(await format.describe(path, input.options), partLimits)) {
      const place = { path, range, schema, options: input.options, compile, signal }
      let rowCount = 0
      for await (const block of format.read({ ...place, ...pieces, allocate })) {
        assertGood(block, { path, firstRow, subject: request.subject })
        rowCount += block.readRows
        batches.push(batchOf(block))
      }
      firstRow += rowCount
    }
  }
  return batches
}

/** Nothing is given back: the frame is made of all blocks at once. */
async function allocate(byteLength: number): Promise<SharedArrayBuffer> {
  return new SharedArrayBuffer(byteLength)
}

function batchOf({ rows: { buffer, fields, capacity, rowCount } }: ReadBlock): RecordBatch {
  return new RecordBatch(layoutBatch(fields, capacity), buffer, rowCount)
}

interface BlockPlace {
  readonly path: string
  /** Of the file: of the part's first row. */
  readonly firstRow: number
  readonly subject: string
}

/** A join or a sum over what is left would be wrong without a word. */
function assertGood({ bad }: ReadBlock, { path, firstRow, subject }: BlockPlace): void {
  const [first] = bad
  if (first === undefined) return
  const row = firstRow + first.row
  const message = `${subject} has a row that breaks its schema, file "${path}", row ${row}: ${first.message}`
  throw new PipelineError(first.code, message, { details: { file: path, row } })
}
