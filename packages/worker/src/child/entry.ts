import { Socket } from 'node:net'
import { Worker } from 'node:worker_threads'
import type { ToChild } from './child-protocol.ts'
import { ChildRuntime } from './child-runtime.ts'
import { FrameReader } from './frame-reader.ts'
import { messageFd } from './pipes.ts'
import { writeFrame } from './write-frame.ts'

// Traces of the app's errors name the user's own files and lines.
process.setSourceMapsEnabled(true)
// A terminal and a supervisor signal all processes of a group: the server decides when its children end.
for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) process.on(signal, () => undefined)
new Worker(new URL(import.meta.resolve('#life-line')), { execArgv: [] }).unref()

const messages = new Socket({ fd: messageFd, readable: true, writable: true })
const runtime = new ChildRuntime((said, pieces, onDone) => writeFrame(messages, said, pieces, onDone))
// A frame is what this module's twin in the server has written.
const reader = new FrameReader((head, body) => runtime.receive(head as ToChild, body))

process.on('unhandledRejection', (reason) => runtime.onStray(reason))
messages.on('data', (chunk: Buffer) => reader.push(chunk))
messages.on('error', () => undefined)
messages.once('close', () => void runtime.close().then(() => process.exit(0)))
