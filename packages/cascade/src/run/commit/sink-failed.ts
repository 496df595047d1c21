import { PipelineError } from '@redesmyn/core'
import { systemCodeOf } from './durable-files.ts'

const causes: Readonly<Record<string, string>> = {
  ENOSPC: 'the disk is full: free some space',
  EDQUOT: 'the quota is used up: free some space',
  EACCES: 'this user may not write there: change that',
  EPERM: 'this user may not write there: change that',
  EROFS: 'the file system can only be read: mount it for writing',
  ENOENT: 'no folder can be made there: choose another',
  ENOTDIR: 'a part of its path is a file: choose another',
  EMFILE: 'the process has too many files open: raise the limit (ulimit -n)',
  EIO: 'the device failed: look after it',
}

/** Names the file, and how to go on: what was committed stays, and the same command makes the rest. */
export function sinkFailed(path: string, cause: unknown): PipelineError {
  if (cause instanceof PipelineError) return cause
  const code = systemCodeOf(cause)
  const reason = (code === undefined ? undefined : causes[code]) ?? 'something is wrong there: see to that'
  const message = `file "${path}" cannot be written (${code ?? 'unknown'}), ${reason} and run the same command again`
  return new PipelineError('SINK_FAILED', message, { details: { file: path, systemCode: code ?? null }, cause })
}
