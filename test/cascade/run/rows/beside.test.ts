import { readFileSync } from 'node:fs'
import { getPriority } from 'node:os'
import { join } from 'node:path'
import { expect, test, vi } from 'vitest'
import { appPath, CascadeProcess } from '../../cascade-process.ts'
import { commandOf, descendantsOf, nicenessOf } from './niceness.ts'
import { linesIn, numbers, RunFolder } from './run-folder.ts'
import { metricsUrl, scrape, until } from './watched-run.ts'

vi.setConfig({ testTimeout: 60_000 })

/** Rows of one part. */
function folderOf(count: number): RunFolder {
  const folder = new RunFolder('texts.ts')
  folder.put(
    'rows',
    numbers(count).map((id) => ({ id, text: 'y'.repeat(100) })),
  )
  return folder
}

function outputOf(folder: RunFolder): string {
  const names = folder.commits().flatMap(({ files }) => files.map(({ name }) => name))
  return names.map((name) => readFileSync(join(folder.output, name), 'latin1')).join('')
}

test('C117 what tells of a run changes none of its bytes, and tells no more for more rows', async () => {
  const counts: { readonly log: number; readonly lineage: number }[] = []
  for (const rows of [200, 2000]) {
    const [watched, unwatched] = [folderOf(rows), folderOf(rows)]
    const [log, lineage] = [watched.file('run.log'), watched.file('lineage')]
    const files = ['--log-level', 'info', '--log-file', log, '--lineage', lineage]

    const ended = await watched.run('passed', [...files, '--metrics-port', '0', '--progress', 'json'])
    await unwatched.run('passed', ['--log-level', 'silent', '--progress', 'none'])

    expect([ended.code, outputOf(watched)]).toEqual([0, outputOf(unwatched)])
    counts.push({ log: linesIn(log).length, lineage: linesIn(lineage).length })
  }

  expect(counts[0].log).toBeGreaterThan(0)
  expect(counts[1]).toEqual(counts[0])
})

test('C50 a server answers beside a run that stands back with all its threads', async () => {
  const server = new CascadeProcess(['serve', appPath('exp.ts'), '--port', '0'])
  try {
    const url = await server.url()
    const folder = folderOf(300_000)
    const run = folder.start('passed', ['--nice', '10', '--metrics-port', '0'])
    await until(() => (getPriority(run.pid) === 10 ? true : undefined))
    // It answers once all that it is made of has begun: V8's own threads, those of the stage and of the files.
    await scrape(await metricsUrl(run))
    const threads = nicenessOf(run.pid)

    const statuses: number[] = []
    for (let request = 0; request < 50; request++) {
      const answer = await fetch(`${url}/inference/a`, { method: 'POST', body: '{"x":0}' })
      statuses.push(answer.status)
      await answer.text()
    }

    expect(threads.length).toBeGreaterThan(8)
    expect(new Set(threads)).toEqual(new Set([10]))
    expect(getPriority(server.pid)).toBe(0)
    expect(new Set(statuses)).toEqual(new Set([200]))
    expect((await run.ended).code).toBe(0)
  } finally {
    server.kill('SIGKILL')
    await server.ended
  }
})

test('C50 what a run begins stands back with it: a stage in a process of its own, and what that begins', async () => {
  const folder = new RunFolder('slow-steps.ts')
  folder.put(
    'rows',
    numbers(300).map((id) => ({ id, pad: '' })),
  )
  const run = folder.start('sent', ['--nice', '7'], { SLEEP_MS: '500' })
  const seen: number[] = []
  await until(() => {
    const [first, ...others] = descendantsOf(run.pid).filter(isStage)
    if (first !== undefined) seen.push(...[run.pid, first, ...others].flatMap(nicenessOf))
    return seen.length > 0 && first === undefined ? true : undefined
  })

  expect((await run.ended).code).toBe(0)
  expect(new Set(seen)).toEqual(new Set([7]))
})

function isStage(pid: number): boolean {
  return commandOf(pid).some((word) => word.endsWith('/child/entry.js'))
}
