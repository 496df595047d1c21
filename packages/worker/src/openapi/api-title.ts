import { readFileSync } from 'node:fs'
import { basename, dirname, join } from 'node:path'

/** The head of an API's description. */
export interface ApiTitle {
  readonly title: string
  readonly version: string
  readonly description?: string
}

/** Name and version of the package that an app module belongs to; of the module itself where there is none. */
export function readApiTitle(appPath: string): ApiTitle {
  for (let folder = dirname(appPath); ; folder = dirname(folder)) {
    const found = readManifest(join(folder, 'package.json'))
    if (found !== undefined) return found
    if (folder === dirname(folder)) return { title: basename(appPath), version: '0.0.0' }
  }
}

/** A manifest without a name only tells node how to read its folder. */
function readManifest(path: string): ApiTitle | undefined {
  let manifest: unknown
  try {
    manifest = JSON.parse(readFileSync(path, 'utf8'))
  } catch {
    return undefined
  }
  if (typeof manifest !== 'object' || manifest === null) return undefined
  const { name, version, description } = manifest as Readonly<Record<string, unknown>>
  if (typeof name !== 'string') return undefined
  return {
    title: name,
    version: typeof version === 'string' ? version : '0.0.0',
    ...(typeof description === 'string' && { description }),
  }
}
