import { type ChildProcess, spawn, spawnSync } from 'node:child_process'
import { once } from 'node:events'
import { cpSync, mkdirSync, mkdtempSync, readFileSync, rmSync, symlinkSync } from 'node:fs'
import { join } from 'node:path'
import { createInterface } from 'node:readline'
import { fileURLToPath } from 'node:url'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { appPath } from '../cascade-process.ts'

const path = fileURLToPath(new URL('../../../examples/systemd/cascade-models.service', import.meta.url))
const unit = readUnit(readFileSync(path, 'utf8'))
let folder: string
let service: ChildProcess

beforeEach(() => {
  // Inside the repository, so that the app finds the packages.
  const built = fileURLToPath(new URL('../../dist/', import.meta.url))
  mkdirSync(built, { recursive: true })
  folder = mkdtempSync(join(built, 'systemd-'))
  mkdirSync(join(folder, 'node_modules/.bin'), { recursive: true })
  const bin = fileURLToPath(new URL('../../../packages/cascade/bin/cascade.js', import.meta.url))
  symlinkSync(bin, join(folder, 'node_modules/.bin/cascade'))
  cpSync(appPath('children.ts'), join(folder, 'app.ts'))
})

afterEach(() => {
  if (isAlive(-Number(service?.pid))) process.kill(-Number(service.pid), 'SIGKILL')
  rmSync(folder, { recursive: true })
})

test('C108 stopped as systemd stops it, the unit answers what it has accepted and ends with 0 in time', async () => {
  const url = await start()
  const accepted = ask(url, 700)
  await inFlight(url)

  // KillMode=mixed: the main process alone, whatever else is in the group.
  expect([unit.get('KillMode'), unit.get('KillSignal')]).toEqual([['mixed'], ['SIGTERM']])
  const stoppedAtMs = performance.now()
  process.kill(Number(service.pid), 'SIGTERM')
  const [code] = await once(service, 'exit')
  const tookMs = performance.now() - stoppedAtMs

  const { status, body } = await accepted
  expect([status, code]).toEqual([200, 0])
  // A process of the stage answered, and none of them is left.
  expect(body.pid).not.toBe(service.pid)
  expect([isAlive(body.pid), isAlive(-Number(service.pid))]).toEqual([false, false])
  expect(tookMs).toBeLessThan(Number(only('TimeoutStopSec')) * 1000)
})

test('systemd waits longer than the server drains, and does not repeat a start that cannot succeed', () => {
  expect(Number(only('TimeoutStopSec')) * 1000).toBeGreaterThan(Number(environment()['CASCADE_DRAIN_MS']) + 5000)
  expect(only('RestartPreventExitStatus').split(' ')).toEqual(['2', '4'])
  expect(only('ExecReload')).toContain('-HUP $MAINPID')
})

test('systemd finds nothing wrong with the unit', ({ skip }) => {
  skip(spawnSync('systemd-analyze', ['--version']).status !== 0, 'systemd is not installed')

  const { status, stderr } = spawnSync('systemd-analyze', ['verify', '--man=no', path], { encoding: 'utf8' })

  expect([status, stderr]).toEqual([0, ''])
})

/** Starts the command of the unit as systemd does: without a shell, in a group of its own. Resolves when it listens. */
async function start(): Promise<string> {
  const [program = '', ...words] = only('ExecStart').split(' ')
  // Any port, or two runs of this test would meet.
  const env = { PATH: process.env.PATH, ...environment(), CASCADE_PORT: '0' }
  const child = spawn(program, words, { cwd: folder, env, detached: true, stdio: ['ignore', 'ignore', 'pipe'] })
  service = child
  const lines: string[] = []
  return await new Promise((resolve, reject) => {
    child.once('exit', (code) => reject(new Error(`it ended with ${code}:\n${lines.join('\n')}`)))
    createInterface(child.stderr).on('line', (line) => {
      lines.push(line)
      const { event, url }: { readonly event?: string; readonly url?: string } = JSON.parse(line)
      if (event === 'listening') resolve(String(url))
    })
  })
}

async function ask(url: string, ms: number) {
  const response = await fetch(url, { method: 'POST', body: JSON.stringify({ do: 'wait', ms }) })
  const body = (await response.json()) as { readonly pid: number }
  return { status: response.status, body }
}

async function inFlight(url: string): Promise<void> {
  for (;;) {
    const text = await (await fetch(new URL('/metrics', url))).text()
    if (text.includes('cascade_inflight_batches{stage="talking"} 1\n')) return
  }
}

/** The settings of a unit; a key may come several times. */
function readUnit(text: string): ReadonlyMap<string, readonly string[]> {
  const settings = new Map<string, readonly string[]>()
  for (const [, key = '', value = ''] of text.matchAll(/^(\w+)=(.*)$/gm)) {
    settings.set(key, [...(settings.get(key) ?? []), value])
  }
  return settings
}

function only(key: string): string {
  const values = unit.get(key) ?? []
  expect([key, values.length]).toEqual([key, 1])
  return values[0]
}

function environment(): Readonly<Record<string, string>> {
  const pairs = (unit.get('Environment') ?? []).flatMap((value) => value.split(' '))
  return Object.fromEntries(pairs.map((pair) => pair.split('=')))
}

/** Negative: any process of that group. */
function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0)
    return true
  } catch {
    return false
  }
}
