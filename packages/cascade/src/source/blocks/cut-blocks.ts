import { BatchWriter, type Field, layoutBatch, PipelineError } from '@redesmyn/core'
import type { ReadBlock, ReadRequest } from '../source-format.ts'
import { ColumnPlan } from './column-plan.ts'
import type { HeldBatch } from './held-batch.ts'
import { judgeRows } from './judge-rows.ts'
import { PendingRows } from './pending-rows.ts'
import { createValueCheck } from './value-check.ts'
import { whileNotAborted } from './while-not-aborted.ts'

/**
 * Rows of a file as blocks: cut where the request says, whatever batches they come in, and copied once. `given` are the
 * file's columns; of these the batches have those that the schema names, in the file's order. Throws SCHEMA_MISMATCH
 * where they cannot be those of the schema.
 */
export async function* cutBlocks(
  request: ReadRequest,
  given: readonly Field[],
  batches: AsyncIterable<HeldBatch>,
): AsyncGenerator<ReadBlock> {
  const { schema, batchRows, batchBytes, signal } = request
  const read = given.filter(({ name }) => schema.fields.some((field) => field.name === name))
  const plan = new ColumnPlan(request.path, schema.fields, read)
  const rules = { schema, plan, checkValues: await createValueCheck(schema) }
  const pending = new PendingRows(schema.fields, plan)
  let firstRow = 0
  /** Cuts what is ready: up to the next multiple of `batchRows`, or as much as `batchBytes` allow. */
  async function* cut(isLast: boolean): AsyncGenerator<ReadBlock> {
    while (pending.rowCount > 0) {
      const wantedRows = batchRows - (firstRow % batchRows)
      const maxRows = Math.min(wantedRows, pending.rowCount)
      const rowCount = pending.countFitting(maxRows, batchBytes)
      if (!isLast && maxRows < wantedRows && rowCount === maxRows) return
      yield await takeBlock(pending, { request, firstRow, rowCount })
      firstRow += rowCount
    }
  }
  try {
    for await (const held of batches) {
      signal.throwIfAborted()
      pending.add(held, judgeRows(held.open(), rules))
      yield* cut(false)
    }
    yield* cut(true)
  } finally {
    pending.releaseAll()
  }
}

interface BlockPlace {
  readonly request: ReadRequest
  readonly firstRow: number
  /** Bad rows included. */
  readonly rowCount: number
}

async function takeBlock(pending: PendingRows, { request, firstRow, rowCount }: BlockPlace): Promise<ReadBlock> {
  const { fields } = request.schema
  const capacity = pending.measure(rowCount)
  const layout = layoutBatch(fields, capacity)
  const buffer = await whileNotAborted(request.signal, request.allocate(layout.byteLength))
  const writer = new BatchWriter(layout, buffer)
  pending.copy(rowCount, (sources, { from, to }) => {
    if (writer.appendColumns(sources, from, to)) return
    throw new PipelineError('INTERNAL', 'rows do not fit the room that was measured for them')
  })
  const bad = pending.bad(rowCount).map((row) => ({ ...row, row: row.row + firstRow }))
  pending.drop(rowCount)
  return { rows: { buffer, fields, capacity, rowCount: capacity.rows }, firstRow, readRows: rowCount, bad }
}
