import { type FileHandle, open } from 'node:fs/promises'
import { sourceFailed } from '../input/source-failed.ts'
import { streamFacts } from '../input/stream-facts.ts'
import type { FileFacts } from '../source-format.ts'
import { compressionOf, magicBytes } from './input/compression.ts'

/** What a plan needs to know of a text, or of the stream that brings one. Throws SOURCE_FAILED. */
export async function describeText(path: string): Promise<FileFacts> {
  return (await streamFacts(path)) ?? (await describeFile(path))
}

async function describeFile(path: string): Promise<FileFacts> {
  const file = await open(path).catch((cause: unknown) => {
    throw sourceFailed(path, 0, cause)
  })
  try {
    const { size: byteLength, mtimeMs } = await file.stat()
    const facts = { path, byteLength, modifiedMs: Math.trunc(mtimeMs), rowCount: undefined, groups: undefined }
    return { ...facts, columns: undefined, compression: compressionOf(path, await readHead(file)) }
  } finally {
    await file.close()
  }
}

async function readHead(file: FileHandle): Promise<Uint8Array> {
  const head = new Uint8Array(magicBytes)
  const { bytesRead } = await file.read(head, 0, magicBytes, 0)
  return head.subarray(0, bytesRead)
}
