import { readdir, realpath, stat } from 'node:fs/promises'
import { join, resolve, sep } from 'node:path'
import { fileURLToPath } from 'node:url'
import type { Artifact, ModelStore } from '@redesmyn/core'

/** Failures of the file system that mean: there is nothing at this path. */
const absentCodes: ReadonlySet<unknown> = new Set(['ENOENT', 'ENOTDIR', 'ELOOP', 'ENAMETOOLONG'])

/**
 * A folder as model store; an artifact is a file in it, or a folder with files. A relative path is taken from the
 * folder of the app module. What lies outside, also behind a symbolic link, does not exist.
 */
export function fsStore(folder: string | URL): ModelStore {
  const ownPath = typeof folder === 'string' && !folder.startsWith('file:') ? folder : fileURLToPath(folder)
  return {
    stat: async (path, appFolder) => {
      const base = resolve(appFolder, ownPath)
      try {
        return await statInside(base, join(base, path))
      } catch (error) {
        if (isAbsent(error)) return undefined
        throw error
      }
    },
  }
}

async function statInside(base: string, path: string): Promise<Artifact | undefined> {
  const [realBase, realPath] = await Promise.all([realpath(base), realpath(path)])
  const isInside = realPath.startsWith(realBase.endsWith(sep) ? realBase : realBase + sep)
  return isInside ? { path, ...(await describe(realPath)) } : undefined
}

async function describe(path: string): Promise<Pick<Artifact, 'version' | 'byteLength'>> {
  const own = await stat(path, { bigint: true })
  if (!own.isDirectory()) return { version: `${own.ino}-${own.mtimeNs}-${own.size}`, byteLength: Number(own.size) }
  const names = await readdir(path)
  const files = await Promise.all(names.map((name) => stat(join(path, name), { bigint: true })))
  const newestNs = files.reduce((newest, { mtimeNs }) => (mtimeNs > newest ? mtimeNs : newest), own.mtimeNs)
  const byteLength = files.reduce((total, { size }) => total + size, 0n)
  return { version: `${own.ino}-${newestNs}-${byteLength}-${names.length}`, byteLength: Number(byteLength) }
}

function isAbsent(error: unknown): boolean {
  return error instanceof Error && 'code' in error && absentCodes.has(error.code)
}
