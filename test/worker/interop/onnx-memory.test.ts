import { BatchWriter, defaultCapacity, type Field, layoutBatch } from '@redesmyn/core'
import { expect, test } from 'vitest'
import { Libraries } from '../../../packages/worker/dist/interop/libraries.js'
import { OnnxFeeds } from '../../../packages/worker/dist/interop/onnx-feeds.js'
import { OnnxResults } from '../../../packages/worker/dist/interop/onnx-results.js'
import { CopyCounts, copyCountsBytes } from '../../../packages/worker/dist/thread/copy-counts.js'
import { HandlerBatch } from '../../../packages/worker/dist/thread/handler-batch.js'

const fields: Field[] = ['a', 'b'].map((name) => ({ name, type: { kind: 'float', bits: 64 }, isNullable: false }))

function batchOf(rowCount: number): HandlerBatch {
  const layout = layoutBatch(fields, defaultCapacity(fields, rowCount))
  const writer = new BatchWriter(layout, new SharedArrayBuffer(layout.byteLength))
  for (let row = 0; row < rowCount; row++) writer.append({ a: row, b: -row })
  return new HandlerBatch({
    input: writer.batch(),
    output: undefined,
    columnNames: ['a', 'b'],
    outputNames: ['y'],
    stage: 'memory',
    copies: new CopyCounts(new SharedArrayBuffer(copyCountsBytes)),
    libraries: new Libraries(),
    head: undefined,
  })
}

test('R060 every call of a model goes through the same memory, which is not shared', () => {
  const feeds = new OnnxFeeds([{ name: 'x', type: 'float32', shape: ['rows', 2] }], ['a', 'b'])
  const results = new OnnxResults([{ name: 'y', type: 'float32', shape: ['rows', 1] }], ['y'])
  feeds.fill(batchOf(100))
  results.request(100)

  const inputs = [100, 7, 99].map((rowCount) => feeds.fill(batchOf(rowCount)).x)
  const outputs = [100, 7, 99].map((rowCount) => results.request(rowCount).y)

  const buffersOf = (tensors: readonly { data: unknown }[]) => {
    return new Set(tensors.map(({ data }) => (ArrayBuffer.isView(data) ? data.buffer : undefined)))
  }
  const [inputBuffers, outputBuffers] = [buffersOf(inputs), buffersOf(outputs.filter((tensor) => tensor !== null))]
  expect([inputBuffers.size, outputBuffers.size]).toEqual([1, 1])
  expect([...inputBuffers, ...outputBuffers].every((buffer) => buffer instanceof ArrayBuffer)).toBe(true)
  expect(inputs.map(({ dims }) => dims)).toEqual([
    [100, 2],
    [7, 2],
    [99, 2],
  ])
})

test('columns lie side by side in a tensor, row after row', () => {
  const feeds = new OnnxFeeds([{ name: 'x', type: 'float32', shape: ['rows', 2] }], ['a', 'b'])

  const { data } = feeds.fill(batchOf(3)).x

  expect(Array.from(data as Float32Array)).toEqual([0, -0, 1, -1, 2, -2])
})
