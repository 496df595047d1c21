import { link, mkdir, open, rename, rm, stat, unlink } from 'node:fs/promises'
import { dirname } from 'node:path'

/**
 * Every change that the protocol of commits makes on disk. An argument, so that a test can stop between two of them, or
 * ask what a power cut would have left.
 */
export interface DurableFiles {
  /** Makes a folder that must not be there; its name lasts. Whether it was made: false where something has the name. */
  makeFolder(path: string): Promise<boolean>
  /** A new file, its bytes on disk when it resolves; its name lasts only once its folder is synced. */
  write(path: string, text: string): Promise<void>
  rename(from: string, to: string): Promise<void>
  /** Gives a file a second name, unless something has that name: then false. */
  link(from: string, to: string): Promise<boolean>
  /** What is not there is removed already. */
  remove(path: string): Promise<void>
  /** With all that is in it. */
  removeFolder(path: string): Promise<void>
  /** Names that appeared in the folder last from here on. */
  syncFolder(path: string): Promise<void>
  /** Sets a file's modification time to the file system's own now. Rejects where the file is gone. */
  renew(path: string): Promise<void>
}

/** Files of this machine, or of what is mounted there. */
export function nodeFiles(): DurableFiles {
  return {
    makeFolder: async (path) => {
      if (!(await unlessTaken(mkdir(path)))) return false
      await syncFolder(dirname(path))
      return true
    },
    write: async (path, text) => {
      const file = await open(path, 'wx')
      try {
        await file.writeFile(text)
        await file.sync()
      } finally {
        await file.close()
      }
    },
    rename,
    link: async (from, to) => await unlessTaken(link(from, to)),
    remove: async (path) => {
      await unlink(path).catch((error: unknown) => {
        if (systemCodeOf(error) !== 'ENOENT') throw error
      })
    },
    removeFolder: async (path) => await rm(path, { recursive: true, force: true }),
    syncFolder,
    renew,
  }
}

/** `ENOENT` and the like; undefined of what no system call has thrown. */
export function systemCodeOf(error: unknown): string | undefined {
  return error instanceof Error && 'code' in error && typeof error.code === 'string' ? error.code : undefined
}

/** Makes a folder and those above it, each of which lasts. */
export async function makeFolders(files: DurableFiles, path: string): Promise<void> {
  if (await isFolder(path)) return
  await makeFolders(files, dirname(path))
  // Another run may have made it meanwhile; something else of that name fails at the first file in it.
  await files.makeFolder(path)
}

async function isFolder(path: string): Promise<boolean> {
  return await stat(path).then(
    (found) => found.isDirectory(),
    () => false,
  )
}

async function unlessTaken(call: Promise<unknown>): Promise<boolean> {
  try {
    await call
    return true
  } catch (error) {
    if (systemCodeOf(error) === 'EEXIST') return false
    throw error
  }
}

async function syncFolder(path: string): Promise<void> {
  const folder = await open(path, 'r')
  try {
    await folder.sync()
  } finally {
    await folder.close()
  }
}

/** Writes a byte that is there already: where folders are mounted, the time is then that of the server for everybody. */
async function renew(path: string): Promise<void> {
  const file = await open(path, 'r+')
  try {
    await file.write('{', 0)
  } finally {
    await file.close()
  }
}
