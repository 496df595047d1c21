import { createHash } from 'node:crypto'
import { existsSync, readdirSync, readFileSync } from 'node:fs'
import { basename, join, relative } from 'node:path'

/** What lies in an output's folder. */
export interface OutputState {
  /** For each committed part the digests of its files, in order. */
  readonly parts: ReadonlyMap<string, readonly string[]>
  /** Files that look as if they belonged to the output, and that no record names, with their digests. */
  readonly loose: ReadonlyMap<string, string>
  /** Files that somebody was writing. */
  readonly temporary: readonly string[]
  /** Records whose files are not there. */
  readonly broken: readonly string[]
  readonly isComplete: boolean
}

interface Record {
  readonly files: readonly { readonly name: string; readonly byteLength: number }[]
  readonly rejectFiles: readonly { readonly name: string }[]
}

const ownFolder = '_cascade'
const ownNames = ['manifest.json', '_SUCCESS']

/** Reads an output by its commit records, as everybody should. */
export function readOutput(folder: string): OutputState {
  const records = readRecords(folder)
  const parts = new Map<string, readonly string[]>()
  const broken: string[] = []
  const known = new Set<string>()
  for (const [part, { files, rejectFiles }] of records) {
    const digests = files.map(({ name, byteLength }) => {
      const path = join(folder, name)
      const bytes = existsSync(path) ? readFileSync(path) : undefined
      if (bytes?.byteLength !== byteLength) broken.push(`${part}: "${name}" has ${bytes?.byteLength ?? 'no'} bytes`)
      return bytes === undefined ? 'missing' : digestOf(bytes)
    })
    parts.set(part, digests)
    for (const { name } of [...files, ...rejectFiles]) known.add(basename(name))
  }
  const all = filesUnder(folder).filter((path) => !ownNames.includes(path))
  const isTemporary = (path: string): boolean => path.endsWith('.tmp')
  const isOwn = (path: string): boolean => path.split('/').includes(ownFolder)
  const loose = all.filter((path) => !isOwn(path) && !isTemporary(path) && !known.has(basename(path)))
  return {
    parts,
    broken,
    temporary: all.filter(isTemporary),
    loose: new Map(loose.map((path) => [path, digestOf(readFileSync(join(folder, path)))])),
    isComplete: existsSync(join(folder, '_SUCCESS')),
  }
}

/** How many parts are in, without reading them. */
export function countCommits(folder: string): number {
  return namesIn(join(folder, ownFolder, 'commits')).filter((name) => name.endsWith('.json')).length
}

/** The newest epoch's file: who works on the output, and when it last said so. */
export function newestEpoch(folder: string): string | undefined {
  const epochs = join(folder, ownFolder, 'epochs')
  const name = namesIn(epochs).toSorted().at(-1)
  return name === undefined ? undefined : join(epochs, name)
}

function readRecords(folder: string): readonly (readonly [string, Record])[] {
  const commits = join(folder, ownFolder, 'commits')
  return namesIn(commits)
    .filter((name) => name.endsWith('.json'))
    .toSorted()
    .map((name) => [basename(name, '.json'), JSON.parse(readFileSync(join(commits, name), 'utf8'))])
}

function digestOf(bytes: Uint8Array): string {
  return createHash('sha256').update(bytes).digest('hex')
}

function filesUnder(folder: string): readonly string[] {
  if (!existsSync(folder)) return []
  return readdirSync(folder, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map((entry) => relative(folder, join(entry.parentPath, entry.name)))
}

function namesIn(folder: string): readonly string[] {
  return existsSync(folder) ? readdirSync(folder) : []
}
