import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { text } from 'node:stream/consumers'
import { setTimeout as pause } from 'node:timers/promises'
import { expect, test, vi } from 'vitest'
import { cascadeBin } from '../whole/flow-folder.ts'
import { numbers, reportOf, type Row, RunFolder } from './run-folder.ts'

vi.setConfig({ testTimeout: 60_000 })

const batchCount = 40
const rows = numbers(100 * batchCount).map((id): Row => ({ id, pad: 'x' }))
const enough = ['--memory', '800MiB', '--json']

function folderOfRows(): RunFolder {
  const folder = new RunFolder('slow-steps.ts')
  folder.put('rows', rows)
  return folder
}

test('C96 a source that comes slowly is what the run waits for', async () => {
  const folder = new RunFolder('slow-steps.ts')
  const child = spawn(process.execPath, [cascadeBin, ...folder.words('passed', '--input', '-', ...enough)])
  const ended = Promise.all([text(child.stdout), text(child.stderr), once(child, 'exit')])
  for (let from = 0; from < rows.length; from += 100) {
    child.stdin.write(
      rows
        .slice(from, from + 100)
        .map((row) => `${JSON.stringify(row)}\n`)
        .join(''),
    )
    await pause(50)
  }
  child.stdin.end()
  const [stdout, stderr] = await ended

  const { bottleneck } = reportOf({ code: child.exitCode, signal: null, stdout, stderr })

  expect(bottleneck).toBe('rows')
})

test('C96 a stage that computes is what the run waits for', async () => {
  const { bottleneck } = reportOf(await folderOfRows().run('spun', enough, { SPIN_MS: '50', SLEEP_MS: '5' }))

  expect(bottleneck).toBe('spin')
})

test('C96 a stage in another process is what the run waits for', async () => {
  const { bottleneck } = reportOf(await folderOfRows().run('sent', enough, { SPIN_MS: '5', SLEEP_MS: '50' }))

  expect(bottleneck).toBe('apart')
})

test('C96 a sink that takes rows slowly is what the run waits for', async () => {
  const folder = new RunFolder('slow-steps.ts')
  folder.put(
    'rows',
    numbers(2000).map((id) => ({ id, pad: 'x'.repeat(2000) })),
  )
  const flags = ['--output', '-', '--memory', '800MiB', '--progress', 'json']
  const child = spawn(process.execPath, [cascadeBin, ...folder.words('passed', ...flags)])
  const told = text(child.stderr)
  const exit = once(child, 'exit')
  for await (const _ of child.stdout) await pause(40)
  await exit

  const last = (await told).split('\n').findLast((line) => line.includes('"event":"progress"'))

  expect(JSON.parse(last ?? '{}').bottleneck).toBe('passed')
})

test('C96 memory that lets in two batches is what a run of six stages waits for', async () => {
  const folder = folderOfRows()
  const { stderr } = await folder.run('long', ['--memory', '50MiB'])
  const least = /needs at least (\d+) bytes/.exec(stderr)?.[1] ?? ''

  const { bottleneck } = reportOf(await folder.run('long', ['--memory', least, '--json'], { SLEEP_MS: '20' }))

  expect(bottleneck).toBe('memory')
})
