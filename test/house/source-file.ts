import { readdirSync, readFileSync } from 'node:fs'
import { join, posix, relative, sep } from 'node:path'
import { fileURLToPath } from 'node:url'

export const root = fileURLToPath(new URL('../..', import.meta.url))

/** One file of the repository, with its path from the top in forward slashes. */
export interface SourceFile {
  readonly path: string
  readonly text: string
  /** The text without comments. */
  readonly code: string
}

export interface ImportStatement {
  readonly specifier: string
  /** Erased by the compiler: nothing is loaded. */
  readonly isTypeOnly: boolean
  /** `import('…')`: loaded when the line runs, not with the file. */
  readonly isDynamic: boolean
}

const builtFolders = new Set(['node_modules', 'dist', 'coverage', 'results', '.git', '.venv'])

/** Every file under the folder that people wrote, whose name ends in one of `endings`. */
export function filesUnder(folder: string, endings: readonly string[]): SourceFile[] {
  return listPaths(join(root, folder))
    .filter((path) => endings.some((ending) => path.endsWith(ending)))
    .map((path) => readSource(relative(root, path).split(sep).join(posix.sep)))
}

export function readSource(path: string): SourceFile {
  const text = readFileSync(join(root, path), 'utf8')
  return { path, text, code: stripComments(text) }
}

function listPaths(folder: string): string[] {
  return readdirSync(folder, { withFileTypes: true }).flatMap((entry) => {
    const path = join(folder, entry.name)
    if (entry.isDirectory()) return builtFolders.has(entry.name) ? [] : listPaths(path)
    return entry.isFile() ? [path] : []
  })
}

function stripComments(text: string): string {
  return text.replace(/\/\*[\s\S]*?\*\//g, '').replace(/(^|\s)\/\/.*$/gm, '$1')
}

const staticImport = /^[ \t]*(?:import|export)\s+(type\s+)?(?:[\w$*{}\s,]+?\s+from\s+)?'([^'\n]+)'/gm
const dynamicImport = /(typeof\s+)?\bimport\(\s*'([^'\n]+)'/g

export function importsOf(file: SourceFile): ImportStatement[] {
  const found: ImportStatement[] = []
  for (const [, type, specifier = ''] of file.code.matchAll(staticImport)) {
    found.push({ specifier, isTypeOnly: type !== undefined, isDynamic: false })
  }
  for (const [, type, specifier = ''] of file.code.matchAll(dynamicImport)) {
    found.push({ specifier, isTypeOnly: type !== undefined, isDynamic: true })
  }
  return found
}

/** The path from the top that a relative import names. */
export function resolveImport(file: SourceFile, specifier: string): string {
  return posix.normalize(posix.join(posix.dirname(file.path), specifier))
}
