import {
  BatchWriter,
  type HandlerColumns,
  inferColumns,
  type Int64Array,
  layoutBatch,
  measureColumns,
  type NumberArray,
  PipelineError,
  writeColumns,
} from '@redesmyn/core'
import type { CopyCounts } from './copy-counts.ts'
import type { SpilledOutput } from './protocol.ts'
import type { SlabView } from './slab-view.ts'

export interface OutputParts {
  readonly columns: HandlerColumns
  readonly rowCount: number
  readonly stage: string
  readonly copies: CopyCounts
}

/** Copies outputs into their room in the slab; where there is none, or too little, into a buffer made for them. */
export function fillOutput(view: SlabView, parts: OutputParts): SpilledOutput | undefined {
  const { rowCount, stage, copies } = parts
  const writer = view.outputWriter
  if (writer === undefined) return spill(view, parts)
  const columns = withoutForeignRooms(view, parts)
  writer.reset()
  if (!writeColumns(writer, columns, rowCount, stage)) return spill(view, { ...parts, columns })
  copies.add('output', writer.byteLength - bytesInPlace(view, columns))
  return undefined
}

/** A column that lies in the room of another would be overwritten before it is read: it is copied out first. */
function withoutForeignRooms({ buffer, layout }: SlabView, { columns, copies }: OutputParts): HandlerColumns {
  const { output } = layout
  if (output === undefined) return columns
  let own = columns
  for (const { field, values } of output.columns) {
    const column = columns[field.name]
    if (!isNumbers(column) || column.buffer !== buffer || column.byteOffset === values?.byteOffset) continue
    const place = column.byteOffset - output.byteOffset
    if (place < 0 || place >= output.byteLength) continue
    own = { ...own, [field.name]: column.slice() }
    copies.add('output', column.byteLength)
  }
  return own
}

function isNumbers(column: unknown): column is NumberArray | Int64Array {
  return ArrayBuffer.isView(column) && !(column instanceof DataView)
}

/** What a handler wrote into the room that `batch.out` gave is there already. */
function bytesInPlace({ buffer, layout }: SlabView, columns: HandlerColumns): number {
  let bytes = 0
  for (const { field, values } of layout.output?.columns ?? []) {
    const column = columns[field.name]
    const isView = ArrayBuffer.isView(column) && column.buffer === buffer
    if (isView && column.byteOffset === values?.byteOffset) bytes += column.byteLength
  }
  return bytes
}

/** Leaves outputs of zeros, for a batch whose every row has an error instead: the slab held another batch before. */
export function blankOutput(view: SlabView): SpilledOutput | undefined {
  const { output } = view.layout
  if (output === undefined) return { buffer: new SharedArrayBuffer(0), fields: [], capacity: { rows: 0, variable: [] } }
  new Uint8Array(view.buffer, output.byteOffset, output.byteLength).fill(0)
  return undefined
}

function spill(view: SlabView, { columns, rowCount, stage, copies }: OutputParts): SpilledOutput {
  const fields = view.shape.output ?? inferColumns(columns)
  const capacity = measureColumns(fields, columns, rowCount)
  const layout = layoutBatch(fields, capacity, 0)
  const buffer = new SharedArrayBuffer(layout.byteLength)
  const writer = new BatchWriter(layout, buffer)
  if (!writeColumns(writer, columns, rowCount, stage)) {
    throw new PipelineError('INTERNAL', `${rowCount} rows of outputs do not fit the room that was measured for them`)
  }
  copies.add('spill', writer.byteLength)
  return { buffer, fields, capacity }
}
