import type { AnyBatch } from '@redesmyn/core'
import { countCopy } from './copy-counter.ts'
import type { OnnxTensor } from './onnx-model.ts'

/** Spreads the values of each row over columns: numbers straight into the room that the answer is read from. */
export function splitResult(batch: AnyBatch, names: readonly string[], { data }: OnnxTensor): Record<string, unknown> {
  const columns: Record<string, unknown> = {}
  for (const [index, name] of names.entries()) {
    const reader = { length: batch.rowCount, get: (row: number) => data[row * names.length + index] }
    columns[name] = typeof data[0] === 'number' ? intoRoom(batch, name, reader) : reader
  }
  return columns
}

interface Reader {
  readonly length: number
  get(row: number): unknown
}

function intoRoom(batch: AnyBatch, name: string, reader: Reader): unknown {
  const room = numericRoom(batch, name)
  if (room === undefined) return reader
  for (let row = 0; row < reader.length; row++) room[row] = Number(reader.get(row))
  countCopy(batch, 'onnx-output', room.byteLength)
  return room
}

/** Only floats: a float that is no whole number must be refused in a column of integers, not cut. */
function numericRoom(batch: AnyBatch, name: string): Float32Array | Float64Array | undefined {
  const room: unknown = batch.out(name)
  return room instanceof Float32Array || room instanceof Float64Array ? room : undefined
}
