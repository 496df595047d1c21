import { existsSync, readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, test, vi } from 'vitest'
import { FlowFolder } from './flow-folder.ts'

vi.setConfig({ testTimeout: 60_000 })

const content = '{"id":1}\n{"id":"two"}\nnope\n{"id":3}\n'

test('rows that are rejected on the way to stdout have a file of their own for each run', async () => {
  const folder = await FlowFolder.create({})
  await folder.put('a.ndjson', content)

  const first = await folder.run(['--output', '-'])
  const second = await folder.run(['--output', '-'])

  const rows = '{"id":1,"twice":2}\n{"id":3,"twice":6}\n'
  expect([first.code, first.stdout]).toEqual([0, rows])
  expect([second.code, second.stdout]).toEqual([0, rows])
  expect(readdirSync(join(folder.out, '_rejected'))).toHaveLength(2)
})

test('formats that cannot be written as they come are refused, and no file is named like stdout', async () => {
  const folder = await FlowFolder.create({})
  await folder.put('a.ndjson', content)

  const { code, stderr } = await folder.cascade('run', 'flow.ts#packed', '--output', '-')

  expect(code).toBe(2)
  expect(stderr).toContain('"-" is a stream, and "parquet" is written only as files')
  expect(existsSync(join(folder.path, '-'))).toBe(false)
})

test('rows that a retry rejects again are told as they stood in their own file', async () => {
  const folder = await FlowFolder.create({})
  await folder.put('a.ndjson', content)
  await folder.run()
  const rejects = () => {
    const { rejectFiles, rejectsFolder } = folder.manifest()
    return rejectFiles.map(({ name }) => readFileSync(join(folder.out, rejectsFolder, name), 'utf8')).join('')
  }
  const [before] = rejects().split('\n')

  await folder.cascade('retry-rejects', 'flow.ts#doubled')
  await folder.cascade('retry-rejects', 'flow.ts#doubled')

  const [refused, text] = rejects().split('\n')
  expect(refused).toBe(before)
  expect(JSON.parse(text)).toMatchObject({ _text: 'nope', _row: 2, _file: join(folder.path, 'in/a.ndjson') })
})
