import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { expect, test } from 'vitest'

const root = fileURLToPath(new URL('../..', import.meta.url))

function read(path: string): string {
  return readFileSync(join(root, path), 'utf8')
}

function testFiles(folder: string): string[] {
  return readdirSync(join(root, folder), { recursive: true, encoding: 'utf8' })
    .filter((path) => path.endsWith('.test.ts') && !path.includes('node_modules'))
    .map((path) => join(folder, path))
}

test('C124 npm and Debian are enough: every package has a checksum, CI installs the brokers, every skip gives its reason', () => {
  const lock: { packages: Readonly<Record<string, { link?: boolean; integrity?: string; resolved?: string }>> } =
    JSON.parse(read('package-lock.json'))
  const fromElsewhere = Object.entries(lock.packages).filter(
    ([path, entry]) => path.includes('node_modules/') && entry.link !== true && entry.integrity === undefined,
  )
  const ci = read('.ci/run')
  const silentSkips = [...testFiles('test'), ...testFiles('examples')].filter((path) => {
    return /\b(?:test|it|describe)\.(?:skip|todo)\(/.test(read(path))
  })

  expect(fromElsewhere).toEqual([])
  for (const server of ['nats-server', 'redis-server']) expect(ci).toContain(server)
  expect(silentSkips).toEqual([])
})
