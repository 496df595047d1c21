import { createWriteStream, fstatSync } from 'node:fs'
import { Socket } from 'node:net'
import type { Readable, Writable } from 'node:stream'
import { PipelineError } from '@redesmyn/core'
import { FrameConnection } from './frame-connection.ts'
import { defaultFrameLimits, type FrameLimits } from './frame-limits.ts'
import type { ListenerParts, StageListener } from './stage-listener.ts'

const stdoutFd = 1

/** Whoever started the process may take its time. What it writes ahead waits in the pipe, not here. */
const stdioLimits: FrameLimits = Object.freeze({
  ...defaultFrameLimits,
  maxCalls: 32,
  helloMs: Number.POSITIVE_INFINITY,
  stallMs: Number.POSITIVE_INFINITY,
})

/** The two streams of whoever calls the stage. */
export interface StdioStreams {
  readonly input: Readable
  readonly output: Writable
}

/** Serves frames on standard input and output: `stdio:`. It ends when its input does and all calls are answered. */
export async function openStdioListener(
  _address: URL,
  parts: Pick<ListenerParts, 'service' | 'clock'>,
  streams: StdioStreams = { input: process.stdin, output: openStdout() },
): Promise<StageListener> {
  let outputFailure: Error | undefined
  streams.output.on('error', (error: Error) => {
    outputFailure ??= error
  })
  const connection = new FrameConnection({ ...parts, ...streams, limits: stdioLimits, kind: 'pipe' })
  return {
    address: 'stdio:',
    ended: connection.closed.then(() => endOf(connection.failure, outputFailure)),
    async close(mode) {
      if (mode === 'abort') connection.destroy()
      else connection.leave()
      await connection.closed
    },
  }
}

function endOf(inputFailure: unknown, outputFailure: unknown): PipelineError | undefined {
  if (inputFailure !== undefined) {
    const reason = inputFailure instanceof Error ? inputFailure.message : 'unknown'
    return new PipelineError('BODY_MALFORMED', `standard input cannot be read to its end: ${reason}`, {
      cause: inputFailure,
    })
  }
  if (outputFailure === undefined) return undefined
  return new PipelineError('CLIENT_GONE', 'nobody reads standard output any more', { cause: outputFailure })
}

/** Not the process' own stream, which blocks the thread that writes to a pipe until the other side has read. */
function openStdout(): Writable {
  const stat = fstatSync(stdoutFd)
  if (stat.isFIFO() || stat.isSocket()) return new Socket({ fd: stdoutFd, readable: false, writable: true })
  if (stat.isFile()) return createWriteStream('', { fd: stdoutFd })
  throw new PipelineError(
    'CONFIG_INVALID',
    'standard output must be a pipe or a file, for frames are no text: expected "| …" or "> …"',
  )
}
