import { readdir, realpath, stat } from 'node:fs/promises'
import { join, resolve, sep } from 'node:path'
import { fileURLToPath } from 'node:url'
import type { Artifact, ListedArtifact, ModelStore, PathTemplate } from '@redesmyn/core'

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
      return await statInside(base, join(base, path)).catch(absentOrThrow)
    },
    list: async (template, appFolder) => {
      const base = resolve(appFolder, ownPath)
      const listed: ListedArtifact[] = []
      for (const path of await pathsUnder(base, template)) {
        const artifact = await statInside(base, join(base, path)).catch(absentOrThrow)
        if (artifact !== undefined) listed.push({ key: path, ...artifact })
      }
      return listed
    },
  }
}

/** Paths in the folder that the template matches; segment by segment, so that nothing else is looked into. */
async function pathsUnder(base: string, template: PathTemplate): Promise<readonly string[]> {
  let paths: readonly string[] = ['']
  for (let segment = 0; segment < template.depth; segment++) {
    const deeper: string[] = []
    for (const path of paths) {
      const names = await namesInside(base, join(base, path))
      deeper.push(...names.filter((name) => template.takes(segment, name)).map((name) => `${path}/${name}`))
    }
    paths = deeper
  }
  return paths
}

async function namesInside(base: string, path: string): Promise<readonly string[]> {
  const real = path === join(base, '') ? base : await realInside(base, path).catch(absentOrThrow)
  return real === undefined ? [] : ((await readdir(real).catch(absentOrThrow)) ?? [])
}

async function statInside(base: string, path: string): Promise<Artifact | undefined> {
  const real = await realInside(base, path)
  return real === undefined ? undefined : { path, ...(await describe(real)) }
}

/** Where the path really leads, or undefined where that is not inside the folder. */
async function realInside(base: string, path: string): Promise<string | undefined> {
  const [realBase, realPath] = await Promise.all([realpath(base), realpath(path)])
  return realPath.startsWith(realBase.endsWith(sep) ? realBase : realBase + sep) ? realPath : undefined
}

async function describe(path: string): Promise<Omit<Artifact, 'path'>> {
  const own = await stat(path, { bigint: true })
  if (!own.isDirectory()) {
    const version = `${own.ino}-${own.mtimeNs}-${own.size}`
    return { version, byteLength: Number(own.size), modifiedAtMs: toMs(own.mtimeNs) }
  }
  const names = await readdir(path)
  const files = await Promise.all(names.map((name) => stat(join(path, name), { bigint: true })))
  const newestNs = files.reduce((newest, { mtimeNs }) => (mtimeNs > newest ? mtimeNs : newest), own.mtimeNs)
  const byteLength = files.reduce((total, { size }) => total + size, 0n)
  const version = `${own.ino}-${newestNs}-${byteLength}-${names.length}`
  return { version, byteLength: Number(byteLength), modifiedAtMs: toMs(newestNs) }
}

function toMs(nanoseconds: bigint): number {
  return Number(nanoseconds / 1_000_000n)
}

/** For `catch`: nothing where there is nothing. */
function absentOrThrow(error: unknown): undefined {
  if (!isAbsent(error)) throw error
}

function isAbsent(error: unknown): boolean {
  return error instanceof Error && 'code' in error && absentCodes.has(error.code)
}
