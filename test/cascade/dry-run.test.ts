import { fileURLToPath } from 'node:url'
import { expect, test } from 'vitest'
import { appPath, runCascade } from './cascade-process.ts'

function described(name: string): string {
  return fileURLToPath(new URL(`../apps/described/${name}`, import.meta.url))
}

test('M123 a dry run answers the examples of every endpoint with size and time, and ends with 0', async () => {
  const { code, stdout } = await runCascade(['serve', described('app.js'), '--dry-run'])

  expect(code).toBe(0)
  expect(stdout).toMatch(
    /^answered {2}POST \/exp\n {10}1 example: 200, 22 bytes in [\d.]+ ms\n {10}\{"y":7\.38905609893065\}$/m,
  )
  expect(stdout).toMatch(/^answered {2}POST \/half\/\{by\}\n.*\n {10}\{"label":"3\.69/m)
  expect(stdout).toMatch(/^answered {2}POST \/v1\/embeddings$/m)
  expect(stdout).toMatch(/^loaded {4}POST \/loose\n {10}not run: the stage "loose" has no examples$/m)
  expect(stdout).toMatch(/^loaded {4}POST \/columns\n {10}not run: it takes no JSON$/m)
  expect(stdout).toContain('The dry run is sound.')
})

test('M123 an example that fails ends it with 1, after all the others were tried', async () => {
  const { code, stdout } = await runCascade(['serve', described('broken.js'), '--dry-run', '--json'])

  const report = JSON.parse(stdout)
  expect(code).toBe(1)
  expect(report).toMatchObject({ app: described('broken.js'), isSound: false, startMs: expect.any(Number) })
  expect(report.endpoints).toEqual([
    expect.objectContaining({ path: '/exp', outcome: 'answered', status: 200, exampleCount: 1, answerBytes: 22 }),
    { path: '/loose', outcome: 'loaded', reason: 'the stage "loose" has no examples' },
    expect.objectContaining({ path: '/broken', outcome: 'failed', status: 500, exampleCount: 2 }),
  ])
})

test('an app that cannot be served cannot be run dry', async () => {
  const { code, stdout, stderr } = await runCascade(['serve', appPath('reserved.ts'), '--dry-run'])

  expect([code, stdout]).toEqual([2, ''])
  expect(stderr).toContain('is reserved')
})
