import {
  BatchWriter,
  type HandlerColumns,
  inferColumns,
  layoutBatch,
  measureColumns,
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
  const { columns, rowCount, stage, copies } = parts
  const writer = view.outputWriter
  if (writer === undefined) return spill(view, parts)
  writer.reset()
  if (!writeColumns(writer, columns, rowCount, stage)) return spill(view, parts)
  copies.add('output', writer.byteLength - bytesInPlace(view, columns))
  return undefined
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
