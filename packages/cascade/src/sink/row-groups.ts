import { BatchWriter, type Field, layoutBatch, PipelineError, type RecordBatch } from '@redesmyn/core'

/** No group holds more rows where nobody says how many. */
const maxGroupRows = 122_880

/** Gathers and cuts batches into groups of rows: of exactly `groupRows`, or as they come. */
export class RowGroups {
  readonly #fields: readonly Field[]
  readonly #groupRows: number | undefined
  /** Copies of rows that do not fill a group yet. */
  #pending: RecordBatch[] = []
  #pendingRows = 0

  constructor(fields: readonly Field[], groupRows: number | undefined) {
    this.#fields = fields
    this.#groupRows = groupRows
  }

  /** The groups that are full with these rows: views of the batch, as far as they hold nothing else. */
  add(batch: RecordBatch): readonly RecordBatch[] {
    const groupRows = this.#groupRows ?? maxGroupRows
    const full: RecordBatch[] = []
    for (let from = 0; from < batch.rowCount; ) {
      const to = Math.min(batch.rowCount, from + groupRows - this.#pendingRows)
      const rows = from === 0 && to === batch.rowCount ? batch : batch.slice(from, to)
      const isWhole = this.#groupRows === undefined || rows.rowCount === groupRows
      if (isWhole) full.push(rows)
      else if (this.#pendingRows + rows.rowCount < groupRows) this.#keep(joinRows(this.#fields, [rows]))
      else full.push(this.#take([rows]))
      from = to
    }
    return full
  }

  /** The rows that are left at the end. */
  rest(): RecordBatch | undefined {
    return this.#pendingRows > 0 ? this.#take([]) : undefined
  }

  #keep(rows: RecordBatch): void {
    this.#pending.push(rows)
    this.#pendingRows += rows.rowCount
  }

  #take(last: readonly RecordBatch[]): RecordBatch {
    const group = joinRows(this.#fields, [...this.#pending, ...last])
    this.#pending = []
    this.#pendingRows = 0
    return group
  }
}

/** Rows of several batches in memory of their own. */
function joinRows(fields: readonly Field[], batches: readonly RecordBatch[]): RecordBatch {
  const variable: number[] = []
  let rows = 0
  for (const { columns, rowCount } of batches) {
    rows += rowCount
    const sizes = columns.flatMap((column) => column.measure(0, rowCount))
    for (const [node, size] of sizes.entries()) variable[node] = (variable[node] ?? 0) + size
  }
  const layout = layoutBatch(fields, { rows, variable })
  const writer = new BatchWriter(layout, new ArrayBuffer(layout.byteLength))
  for (const batch of batches) {
    if (!writer.appendRows(batch, 0, batch.rowCount)) {
      throw new PipelineError('INTERNAL', 'rows do not fit the room that was measured for them')
    }
  }
  return writer.batch()
}
