import { spawnSync } from 'node:child_process'
import { readdirSync, readFileSync, readlinkSync, writeFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import { expect, test, vi } from 'vitest'
import { linesIn, numbers, RunFolder } from './run-folder.ts'
import { until } from './watched-run.ts'

vi.setConfig({ testTimeout: 60_000 })

function folderOfRows(): RunFolder {
  const folder = new RunFolder('three-stages.ts')
  folder.put(
    'rows',
    numbers(300).map((id) => ({ id, secret: 's' })),
  )
  return folder
}

function preload(name: string): Readonly<Record<string, string>> {
  return { NODE_OPTIONS: `--require ${fileURLToPath(new URL(name, import.meta.url))}` }
}

test('R122 three stages run in one process, which listens to nobody and asks nobody', async () => {
  const folder = folderOfRows()
  const [gate, told] = [folder.file('gate'), folder.file('told')]
  const run = folder.start('scored', [], { GATE: gate, TOLD: told })
  await until(() => stagesIn(told).has('round') || undefined)

  const children = readdirSync(`/proc/${run.pid}/task`).flatMap((thread) => {
    return readFileSync(`/proc/${run.pid}/task/${thread}/children`, 'utf8').split(' ').filter(Boolean)
  })
  const sockets = internetSockets(run.pid)
  writeFileSync(gate, '')

  expect((await run.ended).code).toBe(0)
  expect([children, sockets]).toEqual([[], []])
  expect(stagesIn(told)).toEqual(new Set(['check', 'score', 'round']))
})

/** Whether the spy would have seen it. */
function attemptIn(thread: string): string {
  const folder = new RunFolder('three-stages.ts')
  const spied = folder.file('spied')
  const env = { ...process.env, SPIED: spied, ...preload('connect-spy.cjs') }
  const code = `new (require('node:worker_threads').Worker)(${JSON.stringify(thread)}, { eval: true })`
  spawnSync(process.execPath, ['-e', code], { env })
  return readFileSync(spied, 'utf8')
}

test('C123 no thread of a run reaches for a network', async () => {
  const folder = folderOfRows()
  const spied = folder.file('spied')

  const { code } = await folder.run('scored', [], { SPIED: spied, ...preload('connect-spy.cjs') })

  const found = linesIn(spied)
  // The main thread, those of three stages, and those of the files.
  expect(code).toBe(0)
  expect(new Set(found.map(({ threadId }) => threadId)).size).toBeGreaterThan(4)
  expect(found.filter(({ what }) => what !== 'watches')).toEqual([])
  expect(attemptIn("fetch('http://127.0.0.1:12345').catch(() => {})")).toContain('connect')
})

test('C92 a clock that jumps by hours changes nothing: no batch is late, and no lease is lost', async () => {
  const folder = folderOfRows()
  const jumps = folder.file('jumps')

  const flags = ['--part-bytes', '1024', '--progress', 'json', '--json']
  const { code, stdout, stderr } = await folder.run('timed', flags, { JUMPS: jumps, ...preload('clock-jumps.cjs') })

  expect(stderr).not.toContain('error')
  expect(code).toBe(0)
  expect(readFileSync(jumps, 'utf8')).toContain('asked')
  expect(folder.manifest().rows).toMatchObject({ in: 300, out: 300, rejected: 0 })
  expect(JSON.parse(stdout).assets[0].elapsedMs).toBeLessThan(60_000)
})

function stagesIn(told: string): ReadonlySet<unknown> {
  try {
    return new Set(linesIn(told).map(({ name }) => name))
  } catch {
    return new Set()
  }
}

/** Sockets of a process that are no pipes to itself. */
function internetSockets(pid: number): readonly string[] {
  const open = readdirSync(`/proc/${pid}/fd`).map((fd) => {
    try {
      return readlinkSync(`/proc/${pid}/fd/${fd}`)
    } catch {
      // Closed since it was listed.
      return ''
    }
  })
  const known = ['tcp', 'tcp6', 'udp', 'udp6'].flatMap((kind) => {
    const lines = readFileSync(`/proc/${pid}/net/${kind}`, 'utf8').trim().split('\n').slice(1)
    return lines.map((line) => line.trim().split(/\s+/)[9])
  })
  return open.filter((link) => known.some((inode) => link === `socket:[${inode}]`))
}
