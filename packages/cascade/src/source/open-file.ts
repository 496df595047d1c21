import { type FileHandle, open } from 'node:fs/promises'
import { sourceFailure } from './source-failure.ts'

/** A file to read from, with what the system knows of it. To be closed by its handle. */
export interface OpenFile {
  readonly path: string
  readonly handle: FileHandle
  readonly byteLength: number
  readonly modifiedMs: number
}

/** Throws SOURCE_FAILED naming the file. */
export async function openFile(path: string): Promise<OpenFile> {
  const handle = await openHandle(path)
  try {
    const { size: byteLength, mtimeMs: modifiedMs } = await handle.stat()
    return { path, handle, byteLength, modifiedMs }
  } catch (error) {
    await handle.close()
    throw error
  }
}

async function openHandle(path: string): Promise<FileHandle> {
  try {
    return await open(path, 'r')
  } catch (cause) {
    throw sourceFailure(path, cause instanceof Error ? cause.message : String(cause), cause)
  }
}
