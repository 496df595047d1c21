import { existsSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, test, vi } from 'vitest'
import { numbers, RunFolder } from './run-folder.ts'
import { until } from './watched-run.ts'

vi.setConfig({ testTimeout: 60_000 })

const partsOfHundred = ['--part-bytes', '10100', '--memory', '400MiB']

/** Two files: of the second no batch ends before the gate is open. */
function heldFolder(): { readonly folder: RunFolder; readonly gate: string } {
  const folder = new RunFolder('slow-steps.ts')
  const row = (id: number) => ({ id, pad: 'x' })
  folder.put('a', numbers(100).map(row))
  folder.put('b', numbers(100, 100).map(row))
  return { folder, gate: folder.file('gate') }
}

async function firstCommitted(folder: RunFolder): Promise<void> {
  const commits = join(folder.output, '_cascade/commits')
  await until(() => (existsSync(commits) && folder.commits().length > 0) || undefined)
}

test('C89 C14 a run that SIGINT meets in its middle ends with 130 and keeps what is committed', async () => {
  const { folder } = heldFolder()
  const run = folder.start('passed', partsOfHundred, { SLEEP_MS: '1500' })
  await until(() => existsSync(join(folder.output, '_cascade/commits')) || undefined)

  run.kill('SIGINT')
  const { code, stderr } = await run.ended
  const resumed = await folder.run('passed', partsOfHundred)

  expect(code).toBe(130)
  expect(stderr).toContain('SIGINT: the run stops; committed parts are kept. Once more ends it at once.')
  expect(stderr).toContain('go on with: cascade run')
  expect(resumed.code).toBe(0)
  expect(folder.rows().map(({ id }) => id)).toEqual(numbers(200))
})

test('C89 a second SIGINT ends a run at once whose handler does not, and the same command completes the output', async () => {
  const { folder, gate } = heldFolder()
  const run = folder.start('held', partsOfHundred, { GATE: gate })
  await firstCommitted(folder)
  const before = folder.commits()

  run.kill('SIGINT')
  await run.told(/Once more ends it at once/)
  run.kill('SIGINT')
  const { signal, stderr } = await run.ended
  writeFileSync(gate, '')
  const resumed = await folder.run('held', partsOfHundred, { GATE: gate })

  expect(signal).toBe('SIGKILL')
  expect(stderr).toContain('SIGINT again: it ends here; committed parts are kept.')
  expect(resumed.code).toBe(0)
  expect(folder.commits().slice(0, before.length)).toEqual(before)
  expect(folder.rows().map(({ id }) => id)).toEqual(numbers(200))
})
