import { layoutBatch, PipelineError, RecordBatch, type RecordSchema } from '@redesmyn/core'
import type { ReadBlock, SourceFormat } from '../../source/source-format.ts'
import type { InputFiles } from './frame-task.ts'

/** A frame takes its rows all at once: how they are cut on the way decides nothing but the size of a piece. */
const pieces = Object.freeze({ batchRows: 65_536, batchBytes: 64 * 1024 * 1024 })
const partLimits = Object.freeze({ partRows: 1_000_000, partBytes: 128 * 1024 * 1024 })

export interface RowsRequest {
  readonly input: InputFiles
  readonly format: SourceFormat
  readonly schema: RecordSchema
  readonly signal: AbortSignal
}

/** All rows of some files, in order. Throws what the format throws, and the code of the first row that is no row, with its file and place. */
export async function readRows({ input, format, schema, signal }: RowsRequest): Promise<readonly RecordBatch[]> {
  const batches: RecordBatch[] = []
  for (const path of input.files) {
    const facts = await format.describe(path, input.options)
    let firstRow = 0
    for (const range of format.split(facts, partLimits)) {
      const allocate = async (byteLength: number) => new SharedArrayBuffer(byteLength)
      const request = { path, range, schema, options: input.options, ...pieces, signal, allocate }
      let readRowCount = 0
      for await (const block of format.read(request)) {
        assertGood(block, path, firstRow)
        readRowCount += block.readRows
        batches.push(batchOf(block))
      }
      firstRow += readRowCount
    }
  }
  return batches
}

function batchOf({ rows: { buffer, fields, capacity, rowCount } }: ReadBlock): RecordBatch {
  return new RecordBatch(layoutBatch(fields, capacity), buffer, rowCount)
}

/** A join or a sum over what is left would be wrong without a word. */
function assertGood({ bad }: ReadBlock, path: string, firstRow: number): void {
  const [first] = bad
  if (first === undefined) return
  const row = firstRow + first.row
  const message = `file "${path}", row ${row}: ${first.message}`
  throw new PipelineError(first.code, message, { details: { file: path, row } })
}
