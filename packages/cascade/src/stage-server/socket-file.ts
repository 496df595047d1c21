import { chmodSync, linkSync, lstatSync, mkdtempSync, renameSync, rmSync } from 'node:fs'
import { connect, type Server } from 'node:net'
import { dirname, join } from 'node:path'
import { PipelineError } from '@redesmyn/core'
import { assertSocketPath } from '../wire/socket-path.ts'

/** The file by which senders find a listening socket. */
export interface SocketFile {
  /** Takes it away, unless another process has put its own there. Twice is once. */
  remove(): void
}

/** A privately made folder's name, and a name in it: what a path needs more while it is made. */
const privateFolder = '.cascade-'
const privateBytes = privateFolder.length + 'XXXXXX/s'.length

/**
 * Lets a server listen on a path that only this user may open, from the first moment on: it is made in a private folder
 * and then linked to its place. What stands there gives way only where it is a socket that nobody listens on. Throws
 * CONFIG_INVALID for a path that cannot be, or where somebody listens.
 */
export async function listenOnFile(server: Server, path: string): Promise<SocketFile> {
  assertSocketPath(path)
  const folder = dirname(path)
  assertSocketPath(join(folder, 's'.repeat(privateBytes)))
  const made = makeFolder(folder, path)
  const first = join(made, 's')
  try {
    await listening(server, first)
    chmodSync(first, 0o600)
    const { ino } = lstatSync(first)
    await place(first, path)
    return { remove: () => removeOwn(path, ino) }
  } catch (error) {
    server.close()
    throw error instanceof PipelineError ? error : cannotListen(path, error)
  } finally {
    rmSync(made, { recursive: true, force: true })
  }
}

function makeFolder(folder: string, path: string): string {
  try {
    return mkdtempSync(join(folder, privateFolder))
  } catch (error) {
    throw cannotListen(path, error)
  }
}

function listening(server: Server, path: string): Promise<void> {
  return new Promise((resolve, reject) => {
    server.once('error', reject)
    server.listen({ path }, () => {
      server.off('error', reject)
      resolve()
    })
  })
}

/** A link fails where something is, so that of two who come at once one finds out. */
async function place(first: string, path: string): Promise<void> {
  try {
    linkSync(first, path)
  } catch (error) {
    if (codeOf(error) !== 'EEXIST') throw error
    const ino = await assertStale(path)
    if (inodeOf(path) !== ino) throw inUse(path)
    renameSync(first, path)
  }
}

/** The inode of a socket that nobody listens on. */
async function assertStale(path: string): Promise<number> {
  const found = lstatSync(path)
  if (!found.isSocket())
    throw new PipelineError('CONFIG_INVALID', `"${path}" is there, and is no socket: name another path`)
  const failure = await connectionFailure(path)
  if (failure === undefined) throw inUse(path)
  if (codeOf(failure) !== 'ECONNREFUSED') throw cannotListen(path, failure)
  return found.ino
}

function connectionFailure(path: string): Promise<Error | undefined> {
  return new Promise((resolve) => {
    const socket = connect({ path })
    socket.once('error', resolve)
    socket.once('connect', () => {
      socket.destroy()
      resolve(undefined)
    })
  })
}

function removeOwn(path: string, ino: number): void {
  if (inodeOf(path) === ino) rmSync(path, { force: true })
}

function inodeOf(path: string): number | undefined {
  return lstatSync(path, { throwIfNoEntry: false })?.ino
}

function inUse(path: string): PipelineError {
  return new PipelineError('CONFIG_INVALID', `another process listens on "${path}": end it, or name another path`)
}

/** The message says what the system's words would. */
function cannotListen(path: string, cause: unknown): PipelineError {
  const code = codeOf(cause) ?? 'unknown'
  const reason = reasons[code]
  const message = `cannot listen on "${path}" (${code})${reason === undefined ? '' : `: ${reason}`}`
  return new PipelineError('CONFIG_INVALID', message, reason === undefined ? { cause } : {})
}

const reasons: Readonly<Record<string, string>> = {
  EACCES: 'this user may not write to its folder',
  ENOENT: 'its folder is not there',
  EROFS: 'its folder cannot be written to',
}

function codeOf(error: unknown): string | undefined {
  return error instanceof Error && 'code' in error && typeof error.code === 'string' ? error.code : undefined
}
