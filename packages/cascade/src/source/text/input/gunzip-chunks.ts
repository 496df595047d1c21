import { Readable } from 'node:stream'
import { createGunzip } from 'node:zlib'
import { PipelineError } from '@redesmyn/core'
import { sourceFailed } from '../../input/source-failed.ts'

const pieceBytes = 256 * 1024

/** What gzip members behind each other hold. Throws SOURCE_FAILED with the offset in the compressed file. */
export async function* gunzipChunks(path: string, chunks: AsyncIterable<Uint8Array>): AsyncGenerator<Uint8Array> {
  const source = Readable.from(copied(chunks), { highWaterMark: 1 })
  const gunzip = createGunzip({ chunkSize: pieceBytes })
  source.on('error', (error) => gunzip.destroy(error))
  source.pipe(gunzip)
  try {
    for await (const piece of gunzip) yield piece as Buffer
  } catch (cause) {
    if (cause instanceof PipelineError || isAbort(cause)) throw cause
    throw sourceFailed(path, gunzip.bytesWritten, cause)
  } finally {
    source.destroy()
    gunzip.destroy()
  }
}

/** A stream keeps chunks for a while, and ours are used again. */
async function* copied(chunks: AsyncIterable<Uint8Array>): AsyncGenerator<Uint8Array> {
  for await (const chunk of chunks) yield chunk.slice()
}

function isAbort(cause: unknown): boolean {
  return cause instanceof Error && cause.name === 'AbortError'
}
