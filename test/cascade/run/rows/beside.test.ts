import { readdirSync, readFileSync } from 'node:fs'
import { getPriority } from 'node:os'
import { join } from 'node:path'
import { expect, test, vi } from 'vitest'
import { appPath, CascadeProcess } from '../../cascade-process.ts'
import { linesIn, numbers, RunFolder } from './run-folder.ts'
import { until } from './watched-run.ts'

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

test('C50 a server answers beside a run that stands back with the threads that do its work', async () => {
  const server = new CascadeProcess(['serve', appPath('exp.ts'), '--port', '0'])
  try {
    const url = await server.url()
    const folder = folderOf(300_000)
    const run = folder.start('passed', ['--nice', '10', '--metrics-port', '0'])
    // The main thread, that of the stage, and the one that reads and writes.
    await until(() => (nicenessOf(run.pid).filter((nice) => nice === 10).length >= 3 ? true : undefined))
    const priority = getPriority(run.pid)

    const statuses: number[] = []
    for (let request = 0; request < 50; request++) {
      const answer = await fetch(`${url}/inference/a`, { method: 'POST', body: '{"x":0}' })
      statuses.push(answer.status)
      await answer.text()
    }

    expect(priority).toBe(10)
    expect(getPriority(server.pid)).toBe(0)
    expect(new Set(statuses)).toEqual(new Set([200]))
    expect((await run.ended).code).toBe(0)
  } finally {
    server.kill('SIGKILL')
    await server.ended
  }
})

/** Of each thread of a process: proc(5), the 19th field, counted behind the name in brackets. */
function nicenessOf(pid: number): readonly number[] {
  return readdirSync(`/proc/${pid}/task`).map((thread) => {
    const fields = readFileSync(`/proc/${pid}/task/${thread}/stat`, 'utf8')
      .replace(/^.*\) /s, '')
      .split(' ')
    return Number(fields[16])
  })
}
