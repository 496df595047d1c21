import { execFile } from 'node:child_process'
import { promisify } from 'node:util'

const run = promisify(execFile)
const cascade = new URL('../../../packages/cascade/dist/', import.meta.url)
const core = new URL('../../../packages/core/dist/index.js', import.meta.url)

/** A sender of stage "score" that is a process of its own: it says what it was answered, as JSON. */
const script = `
import { BatchWriter, layoutBatch } from '${core.href}'
import { httpInstance } from '${new URL('between/http-instance.js', cascade).href}'
const [url, ...xs] = process.argv.slice(1)
const field = (name) => ({ name, type: { kind: 'float', bits: 64 }, isNullable: false })
const columns = (name) => ({ fields: [field(name)], fingerprint: name + ':float64' })
const layout = layoutBatch([field('x')], { rows: xs.length, variable: [] })
const writer = new BatchWriter(layout, new SharedArrayBuffer(layout.byteLength))
for (const x of xs) writer.append({ x: Number(x) })
const instance = httpInstance({ stage: 'score', url })
const { signal } = new AbortController()
const limits = { maxRows: 256, maxBytes: 1e6 }
const want = { name: 'score', version: '1', input: columns('x'), output: columns('y'), effects: 'pure', limits }
const head = { signal, deadlineMs: 5000, attempt: 1, idempotencyKey: 'a', traceparent: undefined, partition: {} }
try {
  await instance.hello(want, signal)
  const { batch } = await instance.call(writer.batch(), head)
  console.log(JSON.stringify({ pid: process.pid, rows: batch.rows() }))
} catch ({ code, message }) {
  console.log(JSON.stringify({ pid: process.pid, code, message }))
}
await instance.close('drain')
`

export interface ProcessAnswer {
  readonly pid: number
  readonly rows?: readonly Readonly<Record<string, unknown>>[]
  readonly code?: string
  readonly message?: string
}

/** Calls from a new process; `prefix` is the command that puts it somewhere, such as into a network namespace. */
export async function callFromProcess(
  url: string,
  xs: readonly number[],
  prefix: readonly string[] = [],
): Promise<ProcessAnswer> {
  const words = [...prefix, process.execPath, '--input-type=module', '-e', script, '--', url, ...xs.map(String)]
  const { stdout } = await run(words[0], words.slice(1))
  const answer: ProcessAnswer = JSON.parse(stdout)
  return answer
}
