import { decodeStream, type Field, layoutBatch, PipelineError, RecordBatch } from '@redesmyn/core'
import type { RecordBatch as WasmBatch } from 'parquet-wasm'
import type { HeldBatch } from '../blocks/held-batch.ts'
import { ForeignMemory } from './foreign-memory.ts'

/** Memory of a WebAssembly module. */
interface ForeignBuffer {
  /** Another one each time the memory grows. */
  readonly buffer: ArrayBuffer
}

/** A batch that was decoded inside WebAssembly, and lies there until it is released. */
export function holdBatch(batch: WasmBatch, memory: ForeignBuffer, wanted: readonly Field[]): HeldBatch {
  const ffi = batch.toFFI()
  const layout = new ForeignMemory(memory.buffer).layout(ffi.arrayAddr(), ffi.schemaAddr())
  if (layout === undefined) {
    ffi.free()
    return holdDecoded(batch, wanted)
  }
  let opened = new RecordBatch(layout, memory.buffer, layout.rows)
  return {
    rowCount: layout.rows,
    open() {
      if (opened.buffer !== memory.buffer) opened = new RecordBatch(layout, memory.buffer, layout.rows)
      return opened
    },
    release() {
      ffi.free()
      batch.free()
    },
  }
}

/** Some column's buffers are not those of ours: written out as an Arrow stream they can be rewritten. */
function holdDecoded(batch: WasmBatch, fields: readonly Field[]): HeldBatch {
  const rowCount = batch.numRows
  const stream = decodeStream(batch.intoIPCStream(), { fields, times: 'floor', maxBytes: Number.POSITIVE_INFINITY })
  const [decoded] = stream.batches
  if (decoded === undefined) throw new PipelineError('INTERNAL', 'a batch was lost on its way out of WebAssembly')
  return { rowCount, open: () => decoded, release: () => undefined }
}

/** Rows of which no column is read. */
export function holdNothing(rowCount: number): HeldBatch {
  const rows = new RecordBatch(layoutBatch([], { rows: rowCount, variable: [] }), new ArrayBuffer(0), rowCount)
  return { rowCount, open: () => rows, release: () => undefined }
}
