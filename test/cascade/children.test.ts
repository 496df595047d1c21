import { mkdtempSync, readdirSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as pause } from 'node:timers/promises'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { appPath, CascadeProcess } from './cascade-process.ts'

let folder: string
let server: CascadeProcess
let url: string

beforeEach(async () => {
  folder = mkdtempSync(join(tmpdir(), 'children-'))
  server = new CascadeProcess(['serve', appPath('children.ts'), '--port', '0'], { TMPDIR: folder })
  url = await server.url()
})
afterEach(async () => {
  server.kill('SIGKILL')
  await server.ended
  rmSync(folder, { recursive: true })
})

async function ask(body: object): Promise<{ readonly status: number; readonly pid: number }> {
  const response = await fetch(url, { method: 'POST', body: JSON.stringify(body) })
  const { pid } = (await response.json()) as { pid: number }
  return { status: response.status, pid }
}

/** Of both slots. */
async function pids(): Promise<readonly number[]> {
  const answers = await Promise.all(Array.from({ length: 8 }, () => ask({ do: 'wait', ms: 20 })))
  return [...new Set(answers.map(({ pid }) => pid))]
}

function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0)
    return true
  } catch {
    return false
  }
}

async function untilGone(all: readonly number[], withinMs: number): Promise<readonly number[]> {
  const endsAt = performance.now() + withinMs
  while (all.some(isAlive) && performance.now() < endsAt) await pause(20)
  return all.filter(isAlive)
}

describe('a server with child processes', () => {
  test('M115 leaves no process and no file behind when it is asked to end', async () => {
    const all = await pids()

    server.kill('SIGTERM')
    const { code } = await server.ended

    expect(code).toBe(0)
    expect(all.filter(isAlive)).toEqual([])
    expect(readdirSync(folder)).toEqual([])
  })

  test('M115 that is killed takes its children with it, also one that is in a loop', async () => {
    const all = await pids()
    void ask({ do: 'loop' }).catch(() => undefined)
    await pause(200)

    server.kill('SIGKILL')
    await server.ended

    expect(all.length).toBeGreaterThan(0)
    expect(await untilGone(all, 5000)).toEqual([])
    expect(readdirSync(folder)).toEqual([])
  })

  test('answers what it has accepted when the whole group of processes is interrupted', async () => {
    const all = await pids()
    const asked = ask({ do: 'wait', ms: 500 })
    await pause(100)

    for (const pid of all) process.kill(pid, 'SIGINT')
    for (const pid of all) process.kill(pid, 'SIGTERM')
    server.kill('SIGINT')

    expect((await asked).status).toBe(200)
    expect((await server.ended).code).toBe(0)
    expect(all.filter(isAlive)).toEqual([])
  })

  test('keeps its stdout clean of what handlers print, and has their log beside its own', async () => {
    await ask({ do: 'print' })
    await ask({ do: 'log' })
    server.kill('SIGTERM')
    const { stdout, stderr } = await server.ended

    expect(stdout).not.toContain('printed')
    expect(stderr).toContain('printed by a handler\nand written\n')
    const line = stderr.split('\n').find((text) => text.includes('Logged by a handler.')) ?? ''
    expect(JSON.parse(line)).toMatchObject({ level: 'warn', component: 'stage talking', said: 'this' })
  })
})
