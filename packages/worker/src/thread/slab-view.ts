import { BatchRows, BatchWriter, layoutBatch, RecordBatch } from '@redesmyn/core'
import { SlabHeader } from '../memory/slab-header.ts'
import { layoutSlab, type SlabLayout } from '../memory/slab-layout.ts'
import type { SlabShape } from './protocol.ts'

/** A slab as the thread sees it. Made once for each slab, used for every batch that comes in it. */
export class SlabView {
  readonly buffer: SharedArrayBuffer
  readonly shape: SlabShape
  readonly layout: SlabLayout
  readonly header: SlabHeader
  /** Names of the input columns. */
  readonly columnNames: readonly string[]
  /** Names of the output columns; none where the stage has no output schema. */
  readonly outputNames: readonly string[]
  /** Fills the output room; `undefined` where there is none. */
  readonly outputWriter: BatchWriter | undefined

  constructor(buffer: SharedArrayBuffer, shape: SlabShape) {
    this.buffer = buffer
    this.shape = shape
    this.layout = layoutSlab(shape)
    this.header = new SlabHeader(buffer)
    this.columnNames = shape.input.map(({ name }) => name)
    this.outputNames = shape.output?.map(({ name }) => name) ?? []
    const { output } = this.layout
    this.outputWriter = output && new BatchWriter(output, buffer)
  }

  input(rowCount: number): RecordBatch {
    return new RecordBatch(this.layout.input, this.buffer, rowCount)
  }

  output(rowCount: number): RecordBatch | undefined {
    const { output } = this.layout
    return output && new RecordBatch(output, this.buffer, rowCount)
  }

  /** The numbers that the main thread left in the place of a text. */
  requestNumbers(count: number): Int32Array {
    return new Int32Array(this.buffer, this.layout.facts.byteOffset, count)
  }

  /** The text that the main thread left in the slab. */
  readFacts(): string {
    const { byteOffset } = this.layout.facts
    // No decoder reads shared memory in place; Buffer's does.
    return Buffer.from(this.buffer, byteOffset, this.header.factsBytes).toString('utf8')
  }
}

/** Rows in memory of this thread's own. */
export function copyRows(rows: RecordBatch): { readonly batch: RecordBatch; readonly byteLength: number } {
  const { fields, rowCount } = rows
  const layout = layoutBatch(fields, new BatchRows(rows).measure(0, rowCount))
  const writer = new BatchWriter(layout, new ArrayBuffer(layout.byteLength))
  writer.appendRows(rows, 0, rowCount)
  return { batch: writer.batch(), byteLength: writer.byteLength }
}
