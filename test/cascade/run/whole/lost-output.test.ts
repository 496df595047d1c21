import { existsSync, mkdirSync, readdirSync, renameSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, test, vi } from 'vitest'
import { FlowFolder, numbers } from './flow-folder.ts'

vi.setConfig({ testTimeout: 60_000 })

/** Takes away what a run writes to, as whoever takes its place does first. */
function takeOver(folder: FlowFolder): void {
  const attempts = join(folder.out, '_cascade/attempts')
  for (const name of readdirSync(attempts)) renameSync(join(attempts, name), join(folder.path, name))
}

test('a run whose place was taken says so with 5, and does not blame the disk', async () => {
  const folder = await FlowFolder.create({ 'a.ndjson': numbers(200) })
  const words = ['run', 'flow.ts#doubled', '--part-bytes', '1024']

  const { ended } = folder.start(words, { SLOW_MS: '300' })
  await expect.poll(() => Object.keys(folder.commits()).length, { timeout: 30_000 }).toBeGreaterThan(0)
  takeOver(folder)
  const { code, stderr } = await ended

  expect(code).toBe(5)
  expect(stderr).toContain('was taken over')
  expect(stderr).not.toContain('ENOENT')
})

/** What `link` answers where the file system has no hard links. */
const linkless = `
  import fs from 'node:fs'
  import { syncBuiltinESMExports } from 'node:module'
  fs.promises.link = async () => { throw Object.assign(new Error('EPERM'), { code: 'EPERM' }) }
  syncBuiltinESMExports()
`

test('without hard links a run is refused before it looks at its input, and leaves nothing', async () => {
  const folder = await FlowFolder.create({})
  const preload = join(folder.path, 'linkless.mjs')
  writeFileSync(preload, linkless)
  mkdirSync(join(folder.path, 'in'))
  const before = readdirSync(folder.path)

  const { code, stderr } = await folder.run([], { NODE_OPTIONS: `--import ${preload}` })

  expect(code).toBe(2)
  expect(stderr).toContain('is on a file system without hard links')
  expect(existsSync(folder.out)).toBe(false)
  expect(readdirSync(folder.path)).toEqual(before)
})
