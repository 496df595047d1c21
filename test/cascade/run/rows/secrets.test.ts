import { readdirSync, readFileSync } from 'node:fs'
import { expect, test, vi } from 'vitest'
import { RunFolder } from './run-folder.ts'

vi.setConfig({ testTimeout: 60_000 })

// A run names files and folders, and nothing else: a URL is refused before any record of it is written.
test.each([
  ['--input', 'https://user:hunter2@host.example/rows.ndjson?token=hunter2'],
  ['--output', 's3://hunter2:hunter2@bucket/out#hunter2'],
])('C122 a URL for %s is refused, and its secrets are told nowhere', async (flag, url) => {
  const folder = new RunFolder('three-stages.ts')
  folder.put('rows', [{ id: 0, secret: 's' }])
  const logFile = folder.file('run.log')

  const flags = [flag, url, '--log-level', 'debug', '--log-file', logFile, '--progress', 'json']
  const ends = [await folder.run('scored', flags), await folder.run('scored', [...flags, '--explain'])]

  for (const { code, stdout, stderr } of ends) {
    expect(code).toBe(2)
    expect(stderr).toContain('must be a path of this machine, got a URL of')
    expect(stdout + stderr).not.toContain('hunter2')
  }
  expect(readFileSync(logFile, 'utf8')).not.toContain('hunter2')
  expect(readdirSync(folder.path).toSorted()).toEqual(['rows.ndjson', 'run.log'])
})
