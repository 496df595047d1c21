import { randomUUID } from 'node:crypto'
import { existsSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { PipelineError } from '@redesmyn/core'
import { type DurableFiles, makeFolders, nodeFiles, systemCodeOf } from './durable-files.ts'
import { sinkFailed } from './sink-failed.ts'

const linkless: ReadonlySet<string | undefined> = new Set([
  'EPERM',
  'ENOTSUP',
  'EOPNOTSUPP',
  'ENOSYS',
  'EMLINK',
  'EINVAL',
])

/**
 * Whether a folder can take the commits of a run, to be asked before anything is read. Throws CONFIG_INVALID where its
 * file system has no hard links, SINK_FAILED where it cannot be written. A folder with commits is left as it is.
 */
export async function checkOutput(folder: string, files: DurableFiles = nodeFiles()): Promise<void> {
  if (existsSync(join(folder, '_cascade', 'epochs'))) return
  const probe = join(folder, '_cascade', `.probe-${randomUUID()}`)
  try {
    await makeFolders(files, join(folder, '_cascade'))
    await files.write(probe, '')
    await files.link(probe, `${probe}-link`)
  } catch (error) {
    // Swept away by whoever completed an output here meanwhile: links work.
    if (systemCodeOf(error) === 'ENOENT') return
    throw linkless.has(systemCodeOf(error)) ? withoutLinks(folder, error) : sinkFailed(join(folder, '_cascade'), error)
  } finally {
    // Where this fails, so did what came before, and that says more.
    await Promise.allSettled([files.remove(`${probe}-link`), files.remove(probe)])
  }
}

/**
 * The same question before anything at all is known of a run, with nothing left behind: asked of the folder, or where it
 * is not there yet, of the deepest one above it that is. Throws CONFIG_INVALID where its file system has no hard links.
 */
export async function assertLinks(folder: string, files: DurableFiles = nodeFiles()): Promise<void> {
  if (existsSync(join(folder, '_cascade', 'epochs'))) return
  const probe = join(deepestExisting(folder), `.cascade-probe-${randomUUID()}`)
  try {
    await files.write(probe, '')
    await files.link(probe, `${probe}-link`)
  } catch (error) {
    // What else is wrong there is told by whoever opens the output.
    if (linkless.has(systemCodeOf(error)) && existsSync(probe)) throw withoutLinks(folder, error)
  } finally {
    await Promise.allSettled([files.remove(`${probe}-link`), files.remove(probe)])
  }
}

function deepestExisting(folder: string): string {
  return existsSync(folder) || dirname(folder) === folder ? folder : deepestExisting(dirname(folder))
}

function withoutLinks(folder: string, cause: unknown): PipelineError {
  const message = `output folder "${folder}" is on a file system without hard links, which commits need: choose a folder on a local disk or an NFS mount, and copy the result from there`
  return new PipelineError('CONFIG_INVALID', message, { details: { folder }, cause })
}
