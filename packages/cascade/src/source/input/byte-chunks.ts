import { fileChunks } from './file-chunks.ts'
import { stdinChunks } from './stdin-chunks.ts'
import { stdinPath } from './stdin-path.ts'

/**
 * The bytes of an input from `start` on, as they stand there; the standard input, and a pipe with a name, have no other
 * start than 0. Each chunk is valid until the next one is asked for. Throws SOURCE_FAILED.
 */
export function byteChunks(path: string, start: number, signal: AbortSignal): AsyncGenerator<Uint8Array> {
  return path === stdinPath ? stdinChunks(signal) : fileChunks(path, start, signal)
}
