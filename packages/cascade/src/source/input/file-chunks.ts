import { type FileHandle, open } from 'node:fs/promises'
import { sourceFailed } from './source-failed.ts'

const chunkBytes = 1024 * 1024

/**
 * The bytes of a file from `start` on; of what is no file, but a pipe with a name, all that comes. Each chunk is valid
 * until the next one is asked for. Throws SOURCE_FAILED.
 */
export async function* fileChunks(path: string, start: number, signal: AbortSignal): AsyncGenerator<Uint8Array> {
  const file = await openFile(path)
  let offset = start
  try {
    const isFile = (await file.stat()).isFile()
    const chunk = new Uint8Array(chunkBytes)
    for (;;) {
      signal.throwIfAborted()
      const { bytesRead } = await file.read(chunk, 0, chunkBytes, isFile ? offset : null)
      if (bytesRead === 0) return
      offset += bytesRead
      yield chunk.subarray(0, bytesRead)
    }
  } catch (cause) {
    if (signal.aborted) throw cause
    throw sourceFailed(path, offset, cause)
  } finally {
    await file.close()
  }
}

async function openFile(path: string): Promise<FileHandle> {
  try {
    return await open(path)
  } catch (cause) {
    throw sourceFailed(path, 0, cause)
  }
}
