import { writeFile } from 'node:fs/promises'
import { PipelineError } from '@redesmyn/core'
import type { CommandIo } from '../command-io.ts'

/** Writes to stdout, or to a file and says so. Throws CONFIG_INVALID where the file cannot be written. */
export async function writeDeployment(text: string, to: string | undefined, io: CommandIo): Promise<void> {
  if (to === undefined) return io.writeOut(text)
  try {
    await writeFile(to, text)
  } catch (error) {
    const reason = error instanceof Error ? error.message : String(error)
    throw new PipelineError('CONFIG_INVALID', `-o must be a file that can be written, got "${to}": ${reason}`)
  }
  io.writeErr(`wrote ${to}\n`)
}
