import { type FileHandle, open } from 'node:fs/promises'
import type { FileFacts } from '../source-format.ts'
import { type Compression, compressionOf, magicBytes } from './input/compression.ts'
import { sourceFailed } from './input/source-failed.ts'
import { stdinPath } from './input/text-chunks.ts'

/**
 * What a plan needs to know of a text. Of the standard input, and of a pipe with a name, nothing is known beforehand:
 * their `byteLength` is 0. Throws SOURCE_FAILED.
 */
export async function describeText(path: string): Promise<FileFacts> {
  if (path === stdinPath) return unknownText(path)
  const file = await open(path).catch((cause: unknown) => {
    throw sourceFailed(path, 0, cause)
  })
  try {
    const stats = await file.stat()
    if (stats.isDirectory()) throw sourceFailed(path, 0, new Error('expected a file, got a folder'))
    if (!stats.isFile()) return unknownText(path)
    const facts = { path, byteLength: stats.size, modifiedMs: Math.trunc(stats.mtimeMs) }
    return { ...facts, ...untold, compression: compressionOf(path, await readHead(file)) }
  } finally {
    await file.close()
  }
}

async function readHead(file: FileHandle): Promise<Uint8Array> {
  const head = new Uint8Array(magicBytes)
  const { bytesRead } = await file.read(head, 0, magicBytes, 0)
  return head.subarray(0, bytesRead)
}

const untold = { rowCount: undefined, groups: undefined, columns: undefined }

function unknownText(path: string): FileFacts {
  const compression: Compression = 'none'
  return { path, byteLength: 0, modifiedMs: 0, ...untold, compression }
}
