import { execFile, spawn } from 'node:child_process'
import { once } from 'node:events'
import { createInterface } from 'node:readline'
import { fileURLToPath } from 'node:url'
import { promisify } from 'node:util'
import { contractOf } from '@redesmyn/cascade'
import { BatchWriter, layoutBatch, stage } from '@redesmyn/core'
import { Type } from 'typebox'
import { afterEach, expect, test } from 'vitest'
import { httpInstance } from '../../packages/cascade/dist/between/http-instance.js'
import { ServedApp } from '../served-app.ts'
import { root } from './app.ts'
import { hasPyarrow, python } from './python.ts'

const run = promisify(execFile)
const { signal } = new AbortController()
const limits = { maxRows: 256, maxBytes: 1e6 }
const ends: (() => unknown)[] = []

afterEach(async () => {
  for (const end of ends.splice(0)) await end()
})

function script(name: string): string {
  return fileURLToPath(new URL(name, import.meta.url))
}

test('C52 a client in Python calls a stage of ours', async ({ skip }) => {
  skip(!hasPyarrow(), 'pyarrow is not installed')
  const app = await ServedApp.start(new URL('./app.ts', import.meta.url), ['--stage', 'root'])
  ends.push(() => app.stop())

  const { stdout } = await run(python, [script('http_client.py'), app.url, 'root', '1', '4', '-9'])

  expect(JSON.parse(stdout)).toEqual({
    rows: [{ y: 1 }, { y: 2 }],
    rejects: [{ row: 2, code: 'REQUEST_INVALID', message: 'x must not be negative, got -9' }],
  })
})

test('C52 a stage in Python is called like one of ours, and refuses what does not fit', async ({ skip }) => {
  skip(!hasPyarrow(), 'pyarrow is not installed')
  const child = spawn(python, [script('http_stage.py')], { stdio: ['ignore', 'pipe', 'inherit'] })
  ends.push(() => child.kill())
  const [url] = await once(createInterface(child.stdout), 'line')
  const instance = httpInstance({ stage: 'root', url: String(url) })
  ends.push(() => instance.close('drain'))
  const layout = layoutBatch(fieldsOf(root), { rows: 3, variable: [] })
  const writer = new BatchWriter(layout, new SharedArrayBuffer(layout.byteLength))
  writer.appendRecords([{ x: 1 }, { x: -4 }, { x: 9 }], 0, 3)

  await instance.hello(contractOf([root], { version: '1', limits }), signal)
  const { batch, rejects } = await instance.call(writer.batch(), {
    signal,
    deadlineMs: 5000,
    attempt: 1,
    idempotencyKey: 'once',
    traceparent: undefined,
    partition: {},
  })
  const other = stage({ name: 'root', input: Type.Object({ z: Type.String() }), output: Y, handler: () => ({ y: [] }) })
  const misfit = instance.hello(contractOf([other], { version: '1', limits }), signal)

  expect(batch.rows()).toEqual([{ y: 1 }, { y: 3 }])
  expect(rejects).toEqual([{ row: 1, code: 'REQUEST_INVALID', message: 'x must not be negative, got -4.0' }])
  await expect(misfit).rejects.toMatchObject({ code: 'SCHEMA_MISMATCH', details: { columns: ['"x" is missing'] } })
})

const Y = Type.Object({ y: Type.Number() })

function fieldsOf({ input }: typeof root) {
  if (input === undefined) throw new Error('the stage declares its columns')
  return input.fields
}
