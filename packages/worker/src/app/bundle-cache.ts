import { createHash, randomUUID } from 'node:crypto'
import { existsSync } from 'node:fs'
import { mkdir, rename, writeFile } from 'node:fs/promises'
import { dirname, join } from 'node:path'
import { PipelineError } from '@redesmyn/core'

export interface BundleText {
  readonly code: string
  /** Source map, without the sources' text. */
  readonly map: string
}

export interface StoredBundle {
  readonly path: string
  /** Of the code: equal for equal apps. */
  readonly hash: string
}

/**
 * Where bundles of an app lie: beside the packages it imports, so that node finds those from the bundle just as from
 * the app itself.
 */
export function bundleFolder(appFolder: string): string {
  let packageFolder: string | undefined
  for (let folder = appFolder; ; folder = dirname(folder)) {
    if (existsSync(join(folder, 'node_modules'))) return join(folder, 'node_modules', '.cache', 'cascade')
    if (packageFolder === undefined && existsSync(join(folder, 'package.json'))) packageFolder = folder
    if (folder === dirname(folder)) return join(packageFolder ?? appFolder, '.cascade')
  }
}

/** Whether a module's `import.meta.url` is that of a bundle, and so not of the file the user wrote. */
export function isBundleUrl(url: string): boolean {
  return /\/(?:node_modules\/\.cache\/cascade|\.cascade)\/[^/]+\.mjs$/.test(url)
}

/** Writes the bundle under a name made of its content: whoever wrote the same one before, or at the same time, is right. */
export async function storeBundle(folder: string, name: string, text: BundleText): Promise<StoredBundle> {
  const hash = createHash('sha256').update(text.code).digest('hex').slice(0, 16)
  const fileName = `${name}-${hash}.mjs`
  const path = join(folder, fileName)
  if (existsSync(path)) return { path, hash }
  try {
    await mkdir(folder, { recursive: true })
    await writeWhole(`${path}.map`, text.map)
    await writeWhole(path, `${text.code}\n//# sourceMappingURL=${fileName}.map\n`)
  } catch (cause) {
    const reason = cause instanceof Error ? cause.message : String(cause)
    const hint = 'make the folder writable, or run `cascade check` on the app before it becomes read-only'
    throw new PipelineError('CONFIG_INVALID', `cannot write the bundled app to "${folder}": ${reason}; ${hint}`, {
      cause,
    })
  }
  return { path, hash }
}

/** Nobody ever reads half a file: threads of another server may import this one at any moment. */
async function writeWhole(path: string, text: string): Promise<void> {
  const temporary = `${path}.${process.pid}-${randomUUID()}.tmp`
  await writeFile(temporary, text)
  await rename(temporary, path)
}
