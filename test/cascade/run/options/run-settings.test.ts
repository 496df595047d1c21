import { join } from 'node:path'
import { afterEach, expect, test } from 'vitest'
import { resolveRunSettings } from '../../../../packages/cascade/dist/run/options/run-settings.js'
import { thrownBy } from '../../../thrown.ts'
import { ConfigFolder } from '../../../worker/config/config-folder.ts'

const folders: ConfigFolder[] = []

function folderWith(files: Readonly<Record<string, string>>): ConfigFolder {
  const folder = new ConfigFolder(files)
  folders.push(folder)
  return folder
}

afterEach(() => {
  for (const folder of folders.splice(0)) folder.remove()
})

test('the section run of the file beside the app is read, and stages of it go with the run', () => {
  const text =
    'port: 1\nrun:\n  memoryBytes: 64MiB\n  input: [a/*.parquet, b.parquet]\nstages:\n  score: { threads: 3 }\n'
  const { app } = folderWith({ 'cascade.config.yaml': text })

  const settings = resolveRunSettings({ app, config: undefined, options: { quiet: true }, env: {} })

  expect(settings.options).toMatchObject({ memoryBytes: 64 * 1024 ** 2, input: ['a/*.parquet', 'b.parquet'] })
  expect(settings.options).not.toHaveProperty('threads')
  expect(settings.stages).toMatchObject([{ stage: 'score', options: { threads: 3 } }])
  expect(settings.isQuiet).toBe(true)
})

test('a flag names another file, before the variable and before the one beside the app', () => {
  const folder = folderWith({
    'cascade.config.yaml': 'run: { nice: 1 }',
    'b.yaml': 'run: { nice: 2 }',
    'c.yaml': 'run: { nice: 3 }',
  })
  const env = { CASCADE_CONFIG: join(folder.path, 'b.yaml') }

  const byFlag = resolveRunSettings({ app: folder.app, config: join(folder.path, 'c.yaml'), options: {}, env })
  const byVariable = resolveRunSettings({ app: folder.app, config: undefined, options: {}, env })

  expect([byFlag.options.nice, byVariable.options.nice]).toEqual([3, 2])
})

test('a section run that is no mapping is refused', () => {
  const { app } = folderWith({ 'cascade.config.yaml': 'run: fast' })

  const error = thrownBy(() => resolveRunSettings({ app, config: undefined, options: {}, env: {} }))

  expect(error.message).toBe('cascade.config.yaml: run must be options by name, got "fast"')
})
