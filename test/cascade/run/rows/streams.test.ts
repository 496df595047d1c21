import { existsSync } from 'node:fs'
import { expect, test, vi } from 'vitest'
import { RunFolder } from './run-folder.ts'

vi.setConfig({ testTimeout: 60_000 })

test.each([
  ['written', ['--output', '-']],
  ['read', ['--input', '-', '--output', 'nowhere']],
])('a format that is only %s as files is refused for a stream, and no file is called "-"', async (way, flags) => {
  const folder = new RunFolder('three-stages.ts')
  folder.put('rows', [{ id: 0, secret: 's' }])

  const { code, stderr } = await folder.run(way === 'read' ? 'reread' : 'packed', flags)

  expect(code).toBe(2)
  expect(stderr).toContain(`"-" is a stream, and "parquet" is ${way} only as files`)
  expect(existsSync('-')).toBe(false)
})
