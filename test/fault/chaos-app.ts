import { execFileSync } from 'node:child_process'
import { endpoint, pipe, stage } from '@redesmyn/core'
import { onnxHandler } from '@redesmyn/worker'
import { Type } from 'typebox'

const Point = Type.Object({ x: Type.Number() })
const Order = Type.Object({ x: Type.Number(), order: Type.Optional(Type.String()) })
const Flower = Type.Object({ sepal_width: Type.Number(), petal_length: Type.Number(), petal_width: Type.Number() })

/** Works, in two threads. */
export const good = stage({
  name: 'good',
  input: Point,
  output: Point,
  threads: 2,
  handler: (batch) => ({ x: batch.column('x').map((x) => 2 * x) }),
})

/** Does to its thread what a row orders. */
export const thread = stage({
  name: 'thread',
  input: Order,
  output: Point,
  threads: 2,
  timeoutMs: 400,
  batch: { maxRows: 16 },
  handler(batch) {
    for (const { order } of batch.rows()) {
      if (order === 'throw') throw new Error('as ordered')
      if (order === 'exit') process.exit(3)
      if (order === 'loop') for (;;);
    }
    return { x: batch.column('x') }
  },
})

/** Does to its process what a row orders: what no thread could contain. */
export const child = stage({
  name: 'child',
  input: Order,
  output: Type.Object({ x: Type.Number(), pid: Type.Integer({ minimum: 0, maximum: 2 ** 31 }) }),
  threads: 2,
  isolation: 'child',
  timeoutMs: 2000,
  maxHeapMiB: 96,
  batch: { maxRows: 16 },
  handler(batch) {
    for (const { order } of batch.rows()) {
      if (order === 'abort') process.abort()
      if (order === 'arrays') allocate([], (kept: unknown[], item) => kept.push([item, item, item, item]))
      if (order === 'maps') allocate(new Map<unknown, unknown>(), (kept, item) => kept.set({}, item))
      if (order === 'buffers') exhaustBuffers()
    }
    return batch.rows().map(({ x }) => ({ x, pid: process.pid }))
  },
})

/** An ONNX model in threads, behind a stage that rejects every hundredth row. */
export const pick = stage({
  name: 'pick',
  input: Flower,
  output: Flower,
  threads: 1,
  handler(batch, context) {
    const widths = batch.column('sepal_width')
    for (let row = 0; row < batch.rowCount; row++) {
      if ((widths[row] ?? 0) % 100 === 99) context.reject(row, 'REQUEST_INVALID', 'not this one')
    }
    return {
      sepal_width: widths,
      petal_length: batch.column('petal_length'),
      petal_width: batch.column('petal_width'),
    }
  },
})

export const iris = stage({
  name: 'iris',
  input: Flower,
  output: Type.Object({ sepal_length: Type.Number() }),
  threads: 1,
  batch: { maxRows: 64 },
  handler: onnxHandler({
    model: '../../examples/iris/models/903683212157180428/000449a650df4e36844626e647d15664/model.onnx',
  }),
})

export default [
  endpoint('/good', good),
  endpoint('/thread', thread),
  endpoint('/child', child),
  endpoint('/iris', pipe(pick).to(iris)),
]

/** Until the heap's limit ends the process. */
function allocate<T>(kept: T, add: (kept: T, item: number) => void): never {
  for (let item = 0; ; item++) add(kept, item)
}

/** Memory outside the heap has no limit of V8's, so the kernel is asked for one first. */
function exhaustBuffers(): never {
  execFileSync('prlimit', ['--pid', String(process.pid), `--data=${1 << 30}`])
  const kept: Uint8Array[] = []
  for (;;) kept.push(new Uint8Array(16 << 20).fill(1))
}
