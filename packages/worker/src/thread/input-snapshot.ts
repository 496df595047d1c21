import { type ColumnLayout, PipelineError, type RecordBatch } from '@redesmyn/core'

/** The bytes of a batch's input as they were before the handler ran. */
export class InputSnapshot {
  readonly #batch: RecordBatch
  readonly #before: Uint8Array

  constructor(batch: RecordBatch) {
    const { byteOffset, byteLength } = batch.layout
    this.#batch = batch
    this.#before = new Uint8Array(batch.buffer, byteOffset, byteLength).slice()
  }

  get byteLength(): number {
    return this.#before.byteLength
  }

  /** Throws HANDLER_WROTE_INPUT naming the first column that is not what it was. */
  assertUnchanged(stage: string): void {
    const { layout } = this.#batch
    if (this.#isUnchanged(layout.byteOffset, layout.byteOffset + layout.byteLength)) return
    const changed = layout.columns.find((column) => !this.#isColumnUnchanged(column))
    const name = changed?.field.name ?? layout.columns[0]?.field.name ?? ''
    throw new PipelineError(
      'HANDLER_WROTE_INPUT',
      `stage "${stage}" changed its input column "${name}"; set mutatesInput to be given a copy`,
      { details: { stage, column: name } },
    )
  }

  #isColumnUnchanged(column: ColumnLayout): boolean {
    for (const range of [column.validity, column.offsets, column.values]) {
      if (range !== undefined && !this.#isUnchanged(range.byteOffset, range.byteOffset + range.byteLength)) return false
    }
    return column.children.every((child) => this.#isColumnUnchanged(child))
  }

  #isUnchanged(from: number, to: number): boolean {
    const { layout, buffer } = this.#batch
    const now = Buffer.from(buffer, from, to - from)
    return now.equals(this.#before.subarray(from - layout.byteOffset, to - layout.byteOffset))
  }
}
