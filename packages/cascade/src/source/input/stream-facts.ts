import { stat } from 'node:fs/promises'
import type { FileFacts } from '../source-format.ts'
import { sourceFailed } from './source-failed.ts'
import { stdinPath } from './stdin-path.ts'

/**
 * Of the standard input, and of a pipe with a name, nothing is known before they are read: their `byteLength` is 0.
 * Undefined for a file. A pipe is not opened: whoever writes to it would lose its reader again. Throws SOURCE_FAILED.
 */
export async function streamFacts(path: string): Promise<FileFacts | undefined> {
  if (path === stdinPath) return untold(path)
  const stats = await stat(path).catch((cause: unknown) => {
    throw sourceFailed(path, 0, cause)
  })
  if (stats.isDirectory()) throw sourceFailed(path, 0, new Error('expected a file, got a folder'))
  return stats.isFile() ? undefined : untold(path)
}

function untold(path: string): FileFacts {
  const nothing = { rowCount: undefined, groups: undefined, columns: undefined }
  return { path, byteLength: 0, modifiedMs: 0, ...nothing, compression: 'none' }
}
