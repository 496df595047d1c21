import { existsSync, readdirSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { describe, expect, test } from 'vitest'
import { filesUnder, readSource, root } from './source-file.ts'

const manifests = ['package.json', ...workspaceManifests()]
const locked = new Map(
  Object.entries(record(record(JSON.parse(readSource('package-lock.json').text))['packages'])).map(([path, entry]) => [
    path,
    record(entry),
  ]),
)

describe('dependencies', () => {
  test('are named with one exact version each', () => {
    const loose = manifests.flatMap((path) =>
      dependenciesOf(path)
        .filter(([, version]) => !/^(npm:[\w.-]+@)?\d+\.\d+\.\d+(-[\w.]+)?$/.test(version))
        .map(([name, version]) => `${path}: ${name} ${version}`),
    )

    expect(loose).toEqual([])
  })

  test('have the same version in every package', () => {
    const versions = new Map<string, Set<string>>()
    for (const [name, version] of manifests.flatMap(dependenciesOf)) {
      versions.set(name, (versions.get(name) ?? new Set()).add(version))
    }

    expect([...versions].filter(([, found]) => found.size > 1).map(([name]) => name)).toEqual([])
  })

  test('are locked by checksum, and by no address', () => {
    const installed = [...locked].filter(([path, entry]) => path.includes('node_modules/') && !('link' in entry))

    expect(installed.filter(([, entry]) => !('integrity' in entry)).map(([path]) => path)).toEqual([])
    expect(installed.filter(([, entry]) => 'resolved' in entry).map(([path]) => path)).toEqual([])
  })

  test('are locked for every platform, or npm ci refuses the lockfile', () => {
    const missing = [...locked].flatMap(([path, entry]) =>
      ['dependencies', 'optionalDependencies', 'devDependencies']
        .flatMap((kind) => Object.keys(record(entry[kind] ?? {})))
        .filter((name) => !isLocked(path, name))
        .map((name) => `${path} needs ${name}`),
    )

    expect(missing).toEqual([])
  })
})

test('pages and sources name no machine, no registry and no place of a developer', () => {
  const places = [
    /\/(tmp|work|root|home|Users)\/\w/,
    /\bregistry\.\w+\.\w+/,
    /\blocalhost:\d+\/(?!predictions|inference)\w+\.git/,
  ]
  const files = filesUnder('.', ['.ts', '.js', '.json', '.md', '.lua', '.py', '/run']).filter(
    ({ path }) => path !== 'package-lock.json',
  )
  const wrong = files.flatMap(({ path, text }) =>
    places.flatMap((place) => text.match(place) ?? []).map((found) => `${path}: ${found}`),
  )

  expect(wrong).toEqual([])
})

test('every link between pages leads somewhere', () => {
  const broken = filesUnder('.', ['.md']).flatMap(({ path, text }) =>
    [...text.matchAll(/\]\((?!https?:|#|mailto:)([^)#\s]+)[^)]*\)/g)]
      .map(([, target = '']) => target)
      .filter((target) => !existsSync(join(root, dirname(path), target)))
      .map((target) => `${path} → ${target}`),
  )

  expect(broken).toEqual([])
})

test('what a page says about commands of npm is there', () => {
  const scripts = manifests.flatMap((path) => Object.keys(record(manifestOf(path)['scripts'] ?? {})))
  const missing = filesUnder('.', ['.md']).flatMap(({ path, text }) =>
    [...text.matchAll(/npm run ([\w:-]+)/g)]
      .map(([, name = '']) => name)
      .filter((name) => !scripts.includes(name))
      .map((name) => `${path}: npm run ${name}`),
  )

  expect(missing).toEqual([])
})

function workspaceManifests(): string[] {
  const packages = readdirSync(join(root, 'packages')).map((name) => `packages/${name}/package.json`)
  return [...packages, 'examples/package.json', 'bench/package.json', 'test/package.json']
}

/** Whether a package that lies at `path` finds another one: beside it, or beside what holds it. */
function isLocked(path: string, name: string): boolean {
  if (locked.has(`${path === '' ? '' : `${path}/`}node_modules/${name}`)) return true
  if (path === '') return false
  const holder = path.lastIndexOf('/node_modules/')
  return isLocked(holder < 0 ? '' : path.slice(0, holder), name)
}

function dependenciesOf(path: string): [name: string, version: string][] {
  const manifest = manifestOf(path)
  return ['dependencies', 'devDependencies', 'peerDependencies'].flatMap((kind) =>
    Object.entries(record(manifest[kind] ?? {})).map(([name, version]): [string, string] => [name, String(version)]),
  )
}

function manifestOf(path: string): Record<string, unknown> {
  return record(JSON.parse(readSource(path).text))
}

function record(value: unknown): Record<string, unknown> {
  if (typeof value !== 'object' || value === null) throw new TypeError(`expected an object, got ${String(value)}`)
  return Object.fromEntries(Object.entries(value))
}
