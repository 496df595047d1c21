// Of which packages a test file imports parts, itself or through what it imports: what the compiler made of one source,
// not what the package exports.
import { existsSync, readdirSync, readFileSync } from 'node:fs'
import { dirname, join, relative, resolve } from 'node:path'
import { fileURLToPath } from 'node:url'

const root = fileURLToPath(new URL('..', import.meta.url))
const imports = /(?:\bfrom|\bimport|\bimport\()\s*'(?<import>\.[^']+)'|\bnew URL\(\s*'(?<url>[^']+)'/g
/** These are gone when the file runs. */
const typeImports = /^import type [^;]*? from '[^']+'$/gm
const part = /\/packages\/(?<owner>[^/]+)\/dist\//

/** Sets of test files that import parts of the same packages, which may be none. Paths are from the repository's root. */
export function testsByParts() {
  const sets = new Map()
  for (const path of ['test', 'examples'].flatMap(testFiles)) {
    const owners = ownersOf(path, new Set())
    const packages = ['core', 'worker', 'cascade'].filter((name) => owners.has(name))
    const set = sets.get(packages.join()) ?? { packages, tests: [] }
    sets.set(packages.join(), set)
    set.tests.push(relative(root, path))
  }
  return [...sets.values()]
}

function testFiles(folder) {
  return readdirSync(join(root, folder), { recursive: true })
    .filter((path) => path.endsWith('.test.ts') && !/(?:^|\/)(?:node_modules|dist)\//.test(path))
    .map((path) => join(root, folder, path))
}

/** Packages that have given a part to the file, or to one that it runs in its process or in one that it makes. */
function ownersOf(path, seen) {
  if (seen.has(path)) return new Set()
  seen.add(path)
  const text = readFileSync(path, 'utf8').replace(typeImports, '')
  const owners = new Set()
  for (const { groups } of text.matchAll(imports)) {
    const imported = groups.import ?? groups.url
    const owner = part.exec(imported)?.groups.owner
    if (owner !== undefined) owners.add(owner)
    else for (const other of ownersOfSource(resolve(dirname(path), imported), seen)) owners.add(other)
  }
  return owners
}

function ownersOfSource(path, seen) {
  return /\.[jt]s$/.test(path) && existsSync(path) ? ownersOf(path, seen) : new Set()
}
