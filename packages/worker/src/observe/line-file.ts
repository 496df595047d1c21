import { PipelineError } from '@redesmyn/core'
import { loadPino } from './load-pino.ts'

/** Where lines of data go: `stdout`, `stderr`, or the path of a file that is appended to. */
export interface LineFile {
  /** Written before the call returns. */
  write(line: string): void
  close(): void
}

export interface LineFileOptions {
  readonly target: string
  /** The option that names it, for the error. */
  readonly option: string
  /** The target does not take lines any more: told once. */
  readonly onError: (error: Error) => void
}

const descriptors: Readonly<Record<string, number | undefined>> = { stdout: 1, stderr: 2 }

/** Folders on the way of a file are made. Throws CONFIG_INVALID where it cannot be opened. */
export function openLineFile({ target, option, onError }: LineFileOptions): LineFile {
  const fd = descriptors[target]
  try {
    const output = loadPino().destination(
      fd === undefined ? { dest: target, sync: true, append: true, mkdir: true } : { fd, sync: true },
    )
    let hasFailed = false
    output.on('error', (error: Error) => {
      if (!hasFailed) onError(error)
      hasFailed = true
    })
    return {
      write: (line) => void output.write(`${line}\n`),
      close: () => (fd === undefined ? output.end() : output.flushSync()),
    }
  } catch (cause) {
    throw new PipelineError('CONFIG_INVALID', `${option} "${target}" cannot be opened`, { cause })
  }
}
