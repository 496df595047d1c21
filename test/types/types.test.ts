import { spawnSync } from 'node:child_process'
import { fileURLToPath } from 'node:url'
import { beforeAll, expect, test } from 'vitest'

const timeout = 60_000
let compiled: { readonly stdout: string; readonly status: number | null }

beforeAll(() => {
  const compiler = fileURLToPath(import.meta.resolve('typescript/package.json')).replace('package.json', 'bin/tsc')
  const project = fileURLToPath(new URL('tsconfig.json', import.meta.url))
  compiled = spawnSync(process.execPath, [compiler, '-p', project], { encoding: 'utf8' })
}, timeout)

// Every misuse stands behind a `@ts-expect-error`, and one that compiles fails as well: its comment is then unused.
test('R015 R062 R113 right uses of the types compile and every misuse is a compile error', () => {
  expect(compiled.stdout).toBe('')
  expect(compiled.status).toBe(0)
})

test('C1 handoffs between stages compile where the columns fit, and nowhere else', () => {
  expect(compiled.stdout).not.toContain('handoff.test-d.ts')
  expect(compiled.status).toBe(0)
})

test('R138 partitions by columns that the input has compile, and calls by their key', () => {
  expect(compiled.stdout).not.toContain('partition.test-d.ts')
  expect(compiled.status).toBe(0)
})

test('C8 what must run once is refused behind a queue by the compiler', () => {
  expect(compiled.stdout).toBe('')
  expect(compiled.status).toBe(0)
})
