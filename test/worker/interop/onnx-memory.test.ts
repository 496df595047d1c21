import { BatchWriter, defaultCapacity, type Field, layoutBatch } from '@redesmyn/core'
import { expect, test } from 'vitest'
import { Libraries } from '../../../packages/worker/dist/interop/libraries.js'
import { OnnxFeeds } from '../../../packages/worker/dist/interop/onnx-feeds.js'
import { OnnxResults } from '../../../packages/worker/dist/interop/onnx-results.js'
import { CopyCounts, copyCountsBytes } from '../../../packages/worker/dist/thread/copy-counts.js'
import { HandlerBatch } from '../../../packages/worker/dist/thread/handler-batch.js'

const fields: Field[] = ['a', 'b'].map((name) => ({ name, type: { kind: 'float', bits: 64 }, isNullable: false }))

const names = { columnNames: ['a', 'b'] }

const refusing = {
  reject(row: number) {
    throw new Error(`row ${row} was rejected`)
  },
}

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
    isInferred: false,
  })
}

test('R060 every call of a model goes through the same memory, which is not shared', () => {
  const feeds = new OnnxFeeds([{ name: 'x', type: 'float32', shape: ['rows', 2] }], names)
  const results = new OnnxResults([{ name: 'y', type: 'float32', shape: ['rows', 1] }], ['y'])
  const run = (rowCount: number) => {
    const batch = batchOf(rowCount)
    const [input, output] = [feeds.fill(batch, refusing).x, results.request(batch).y]
    batch.end()
    return { input, output }
  }
  run(100)

  const ran = [100, 7, 99].map(run)
  const [inputs, outputs] = [ran.map(({ input }) => input), ran.map(({ output }) => output)]

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

test('results have memory of their own as long as their batch is not over', () => {
  const results = new OnnxResults([{ name: 'y', type: 'float32', shape: ['rows', 1] }], ['y'])
  const [one, other] = [batchOf(2), batchOf(2)]

  const buffers = [one, other, one.slice(0, 2)].map((batch) => results.request(batch).y?.data)
  one.end()
  const next = results.request(batchOf(2)).y?.data

  const memories = [...buffers, next].map((data) => (ArrayBuffer.isView(data) ? data.buffer : undefined))
  expect(new Set(memories.slice(0, 3)).size).toBe(3)
  expect([memories[0], memories[2]]).toContain(memories[3])
})

test('columns lie side by side in a tensor, row after row', () => {
  const feeds = new OnnxFeeds([{ name: 'x', type: 'float32', shape: ['rows', 2] }], names)

  const { data } = feeds.fill(batchOf(3), refusing).x

  expect(Array.from(data as Float32Array)).toEqual([0, -0, 1, -1, 2, -2])
})
