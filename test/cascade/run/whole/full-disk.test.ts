import { join } from 'node:path'
import { expect, test } from 'vitest'
import { fillDisk } from '../../../fault/run/full-disk.ts'
import { cascadeBin, FlowFolder, numbers } from './flow-folder.ts'

test('C30 a full disk ends a run, leaves nothing half written to be seen, and with more space it goes on', async ({
  skip,
}) => {
  const folder = await FlowFolder.create({ 'a.ndjson': numbers(200) })
  const subject = {
    name: 'cascade run',
    command: process.execPath,
    args: (output: string) => {
      return [cascadeBin, 'run', `${join(folder.path, 'flow.ts')}#doubled`, '--part-bytes', '1024', '--output', output]
    },
  }

  const result = await fillDisk(subject, { smallBytes: 96 * 1024, largeBytes: 4 * 1024 * 1024 })

  if (result.skipped !== undefined) skip(result.skipped)
  expect(result.problems).toEqual([])
  expect(result.ends).toEqual(new Map([['exit 1', 1]]))
}, 60_000)
