import { spawnSync } from 'node:child_process'
import { expect, test } from 'vitest'
import { root } from './source-file.ts'

test('the reference pages say what the tables say', () => {
  const { status, stderr } = spawnSync(process.execPath, ['scripts/reference.js', '--check'], {
    cwd: root,
    encoding: 'utf8',
  })

  expect(stderr).toBe('')
  expect(status).toBe(0)
})
