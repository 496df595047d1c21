// Starts a process that offers a stage on a Unix socket, calls it, and tells what came back, and whether TCP was there.
import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { connect } from 'node:net'
import { BatchWriter, compileRecordSchema, layoutBatch, measureRecords } from '@redesmyn/core'
import { Type } from 'typebox'
import { UnixInstance } from '../../../packages/cascade/dist/between/unix-instance.js'

const [, , cascade, app, path] = process.argv
const rows = [{ x: 0.5 }, { x: 1.5 }]
const { fields } = compileRecordSchema(Type.Object({ x: Type.Number() }), 'rows')
const layout = layoutBatch(fields, measureRecords(fields, rows, 0, rows.length))
const writer = new BatchWriter(layout, new SharedArrayBuffer(layout.byteLength))
writer.appendRecords(rows, 0, rows.length)

const tcp = await new Promise((resolve) => {
  const socket = connect({ host: '127.0.0.1', port: 1 })
  socket.once('error', ({ code }) => resolve(code))
  socket.once('connect', () => resolve('connected'))
})
const words = [cascade, 'serve', app, '--stage', 'exp', '--listen', `unix:${path}`, '--log-format', 'json']
const server = spawn(process.execPath, words, { stdio: ['ignore', 'ignore', 'pipe'] })
let log = ''
while (!log.includes('"listening"')) log += String((await once(server.stderr, 'data'))[0])
const instance = new UnixInstance(new URL(`unix:${path}`), { stage: 'exp' })
const { batch, carried } = await instance.call(writer.batch(), {
  signal: new AbortController().signal,
  deadlineMs: 10_000,
  attempt: 1,
  idempotencyKey: 'only',
  traceparent: undefined,
  partition: {},
})
console.log(JSON.stringify({ tcp, rows: batch.rows(), transport: carried.transport }))
await instance.close('drain')
server.kill('SIGTERM')
const [code] = await once(server, 'exit')
process.exit(code)
