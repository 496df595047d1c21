import { spawnSync } from 'node:child_process'
import { fileURLToPath } from 'node:url'
import { expect, test } from 'vitest'

// Every misuse stands behind a `@ts-expect-error`, and one that compiles fails as well: its comment is then unused.
test('R015 R062 R113 right uses of the types compile and every misuse is a compile error', { timeout: 60_000 }, () => {
  const compiler = fileURLToPath(import.meta.resolve('typescript/package.json')).replace('package.json', 'bin/tsc')
  const project = fileURLToPath(new URL('tsconfig.json', import.meta.url))

  const { stdout, status } = spawnSync(process.execPath, [compiler, '-p', project], { encoding: 'utf8' })

  expect(stdout).toBe('')
  expect(status).toBe(0)
})
