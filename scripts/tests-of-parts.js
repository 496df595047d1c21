// Which test files import a part of a package, themselves or through what they import, and which only whole packages.
import { existsSync, readdirSync, readFileSync } from 'node:fs'
import { dirname, join, relative, resolve } from 'node:path'
import { fileURLToPath } from 'node:url'

const root = fileURLToPath(new URL('..', import.meta.url))
const imports = /(?:\bfrom|\bimport|\bimport\()\s*'(?<import>\.[^']+)'|\bnew URL\(\s*'(?<url>[^']+)'/g
/** These are gone when the file runs. */
const typeImports = /^import type [^;]*? from '[^']+'$/gm
const part = /\/packages\/[^/]+\/dist\//

/** Paths of test files from the repository's root. */
export function sortTests() {
  const seen = new Map()
  const sorted = { parts: [], whole: [] }
  for (const path of ['test', 'examples'].flatMap(testFiles)) {
    sorted[readsParts(path, seen) ? 'parts' : 'whole'].push(relative(root, path))
  }
  return sorted
}

function testFiles(folder) {
  return readdirSync(join(root, folder), { recursive: true })
    .filter((path) => path.endsWith('.test.ts') && !/(?:^|\/)(?:node_modules|dist)\//.test(path))
    .map((path) => join(root, folder, path))
}

function readsParts(path, seen) {
  const known = seen.get(path)
  if (known !== undefined) return known
  seen.set(path, false)
  const text = readFileSync(path, 'utf8').replace(typeImports, '')
  const paths = [...text.matchAll(imports)].map(({ groups }) => groups.import ?? groups.url)
  const isOfParts = paths.some((other) => part.test(other) || isReader(resolve(dirname(path), other), seen))
  seen.set(path, isOfParts)
  return isOfParts
}

/** A file that runs in the test's process, or in one that the test makes of it. */
function isReader(path, seen) {
  return /\.[jt]s$/.test(path) && existsSync(path) && readsParts(path, seen)
}
