import { byteChunks } from '../../input/byte-chunks.ts'
import { compressionOf, magicBytes } from './compression.ts'
import { gunzipChunks } from './gunzip-chunks.ts'
import { unzstdChunks } from './unzstd-chunks.ts'

/**
 * The text of a file from `start` on, decompressed where it is compressed; only text as it stands can be entered
 * anywhere but at its beginning. Each chunk is valid until the next one is asked for. Throws SOURCE_FAILED.
 */
export async function* textChunks(path: string, start: number, signal: AbortSignal): AsyncGenerator<Uint8Array> {
  const chunks = byteChunks(path, start, signal)
  if (start > 0) yield* chunks
  else yield* decompressed(path, chunks)
}

async function* decompressed(path: string, chunks: AsyncGenerator<Uint8Array>): AsyncGenerator<Uint8Array> {
  const head = await readHead(chunks)
  const whole = joined(head, chunks)
  switch (compressionOf(path, head)) {
    case 'gzip':
      return yield* gunzipChunks(path, whole)
    case 'zstd':
      return yield* unzstdChunks(path, whole)
    default:
      return yield* whole
  }
}

/** At least as many bytes as tell whether a text is compressed, where there are so many. */
async function readHead(chunks: AsyncGenerator<Uint8Array>): Promise<Uint8Array> {
  let head: Uint8Array = new Uint8Array(0)
  while (head.byteLength < magicBytes) {
    const { done, value } = await chunks.next()
    if (done === true) return head
    head = head.byteLength === 0 ? value : Buffer.concat([head, value])
  }
  return head
}

async function* joined(head: Uint8Array, chunks: AsyncGenerator<Uint8Array>): AsyncGenerator<Uint8Array> {
  try {
    if (head.byteLength > 0) yield head
    yield* chunks
  } finally {
    await chunks.return(undefined)
  }
}
