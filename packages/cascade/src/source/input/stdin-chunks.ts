import { fstatSync } from 'node:fs'
import { Socket } from 'node:net'
import { fileChunks } from './file-chunks.ts'
import { sourceFailed } from './source-failed.ts'
import { stdinPath } from './stdin-path.ts'

/** What comes through the standard input; no more is read than is asked for. Throws SOURCE_FAILED. */
export async function* stdinChunks(signal: AbortSignal): AsyncGenerator<Uint8Array> {
  const stats = fstatSync(0)
  if (stats.isFIFO() || stats.isSocket()) yield* socketChunks(signal)
  else yield* fileChunks('/dev/stdin', 0, signal)
}

/** A pipe may be in a mode in which reading it fails while it is empty; a socket waits, and can be told to stop. */
async function* socketChunks(signal: AbortSignal): AsyncGenerator<Uint8Array> {
  const socket = new Socket({ fd: 0, readable: true, writable: false })
  const stop = () => socket.destroy()
  signal.addEventListener('abort', stop)
  let offset = 0
  try {
    for await (const chunk of socket) {
      // A socket that is given no encoding gives buffers.
      offset += (chunk as Buffer).byteLength
      yield chunk as Buffer
    }
    signal.throwIfAborted()
  } catch (cause) {
    signal.throwIfAborted()
    throw sourceFailed(stdinPath, offset, cause)
  } finally {
    signal.removeEventListener('abort', stop)
    socket.destroy()
  }
}
