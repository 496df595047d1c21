import type { RecordBatch } from '../../record-batch.ts'
import type { ColumnVector } from '../../vectors/column-vector.ts'
import type { NullMask } from '../../vectors/null-mask.ts'

export interface FieldNode {
  readonly length: number
  readonly nullCount: number
}

/** What a record batch message says about its columns, depth first, and the bytes that follow it. */
export interface BodyPlan {
  readonly nodes: FieldNode[]
  /** The used part of each buffer, as views wherever the bytes lie as Arrow wants them. */
  readonly buffers: Uint8Array[]
}

export function planBody(batch: RecordBatch): BodyPlan {
  const plan: BodyPlan = { nodes: [], buffers: [] }
  for (const column of batch.columns) addColumn(plan, column, 0, batch.rowCount)
  return plan
}

/** A node and its buffers: validity, offsets, values; then the children. */
function addColumn(plan: BodyPlan, vector: ColumnVector, from: number, to: number): void {
  const nullCount = vector.nulls.countIn(from, to)
  plan.nodes.push({ length: to - from, nullCount })
  plan.buffers.push(validityBytes(vector.nulls, nullCount, [from, to]))
  switch (vector.kind) {
    case 'number':
    case 'int64':
      plan.buffers.push(bytesOf(vector.values.subarray(from, to)))
      return
    case 'bool':
      plan.buffers.push(vector.bits.pack(from, to))
      return
    case 'utf8':
    case 'binary':
      plan.buffers.push(offsetBytes(vector.offsets, from, to))
      plan.buffers.push(vector.bytes.subarray(vector.offsets[from], vector.offsets[to]))
      return
    case 'list':
      plan.buffers.push(offsetBytes(vector.offsets, from, to))
      addColumn(plan, vector.items, vector.offsets[from], vector.offsets[to])
      return
    case 'fixed-list':
      addColumn(plan, vector.items, from * vector.size, to * vector.size)
      return
    case 'struct':
      for (const column of vector.columns) addColumn(plan, column, from, to)
  }
}

/** Without nulls the buffer is empty, whatever the schema allows: equal rows are equal bytes. */
function validityBytes(nulls: NullMask, nullCount: number, [from, to]: readonly [number, number]): Uint8Array {
  return nullCount === 0 || nulls.validity === undefined ? new Uint8Array(0) : nulls.validity.pack(from, to)
}

/** Offsets begin at 0; those of a slice that does not are rewritten. */
function offsetBytes(offsets: Int32Array, from: number, to: number): Uint8Array {
  const used = offsets.subarray(from, to + 1)
  const [first] = used
  return bytesOf(first === 0 ? used : used.map((offset) => offset - first))
}

function bytesOf(view: ArrayBufferView): Uint8Array {
  return new Uint8Array(view.buffer, view.byteOffset, view.byteLength)
}
