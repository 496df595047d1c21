import { afterEach, beforeAll, beforeEach, describe, expect, test } from 'vitest'
import type { CascadeProcess } from '../cascade-process.ts'
import type { OutputState } from '../../fault/run/read-output.ts'
import { IdsRun, undisturbed } from './ids-run.ts'

/** For how long an instance that failed is left alone, where nothing else is said, and where the flow says it. */
const openMs = 5000
const soonOpenMs = 500
const attemptTimeoutMs = 1000

let ids: IdsRun
let expected: OutputState

beforeAll(async () => {
  expected = await undisturbed()
}, 120_000)
beforeEach(() => {
  ids = new IdsRun()
})
afterEach(() => ids.end())

interface Replica {
  readonly process: CascadeProcess
  readonly url: string
}

async function serveReplicas(count: number): Promise<readonly Replica[]> {
  return await Promise.all(Array.from({ length: count }, () => ids.serve('score', 'http://127.0.0.1:0')))
}

/** One that has a call which does not end, now that none does. */
async function heldAt(replicas: readonly Replica[]): Promise<Replica> {
  await ids.called(60)
  ids.pace('hold')
  await ids.called(ids.calls.length + 1)
  const held = replicas.find(({ process }) => process.pid === ids.calls.at(-1)?.pid)
  if (held === undefined) throw new Error('the last call was made nowhere')
  return held
}

function urlsOf(replicas: readonly Replica[]): string {
  return replicas.map(({ url }) => url).join(',')
}

function keysOf(): readonly string[] {
  return ids.calls.map(({ key }) => key)
}

describe('three replicas of a stage', { timeout: 180_000 }, () => {
  test('C54 one that is killed: its calls go to the others within a breaker interval', async () => {
    const replicas = await serveReplicas(3)
    ids.pace(5)
    const run = ids.run('scored', ['--place', `score=host:${urlsOf(replicas)}`])
    const lost = await heldAt(replicas)
    const begun = ids.calls.length

    lost.process.kill('SIGKILL')
    await lost.process.ended
    const lostAtMs = performance.now()
    ids.pace(5)
    await ids.called(begun + 20)
    const movedMs = performance.now() - lostAtMs

    expect(await run.ended).toMatchObject({ code: 0, stderr: expect.stringContaining(' 0 rejected') })
    expect(movedMs).toBeLessThan(openMs)
    expect(ids.calls.slice(begun).map(({ pid }) => pid)).not.toContain(lost.process.pid)
    expect(ids.wrongsOf('scored', expected)).toEqual([])
  })

  test('C54 one that stands still: its calls go to the others once their attempt is over', async () => {
    const replicas = await serveReplicas(3)
    ids.pace(5)
    const run = ids.run('scored_soon', [], { env: { IDS_URLS: urlsOf(replicas) } })
    const lost = await heldAt(replicas)
    const [held] = ids.calls.slice(-1)
    const begun = ids.calls.length

    lost.process.kill('SIGSTOP')
    const lostAtMs = performance.now()
    ids.pace(5)
    await ids.called((calls) => calls.slice(begun).some(({ key }) => key === held?.key))
    const movedMs = performance.now() - lostAtMs

    expect(await run.ended).toMatchObject({ code: 0, stderr: expect.stringContaining(' 0 rejected') })
    expect(movedMs).toBeLessThan(attemptTimeoutMs + soonOpenMs + 500)
    expect(ids.calls.slice(begun).map(({ pid }) => pid)).not.toContain(lost.process.pid)
    expect(ids.wrongsOf('scored_soon', expected)).toEqual([])
  })

  test('C55 all of them restarted one by one: no row is rejected, lost or doubled', async () => {
    const replicas = await serveReplicas(3)
    ids.pace(250)
    const run = ids.run('scored', ['--place', `score=host:${urlsOf(replicas)}`])
    await ids.called(10)

    for (const { process, url } of replicas) {
      process.kill('SIGTERM')
      expect(await process.ended).toMatchObject({ code: 0 })
      const begun = ids.calls.length
      await ids.serve('score', url)
      await ids.called(begun + 4)
    }
    const committed = ids.commits('scored')
    ids.pace(0)

    expect(await run.ended).toMatchObject({ code: 0, stderr: expect.stringContaining(' 0 rejected') })
    expect(committed).toBeLessThan(20)
    expect(ids.wrongsOf('scored', expected)).toEqual([])
    expect(new Set(keysOf()).size).toBe(keysOf().length)
  })

  test('C56 one that drains finishes its calls, refuses others, which are made elsewhere, and ends', async () => {
    const replicas = await serveReplicas(2)
    ids.pace(5)
    const run = ids.run('scored', ['--place', `score=host:${urlsOf(replicas)}`])
    const leaving = await heldAt(replicas)

    leaving.process.kill('SIGTERM')
    await leaving.process.event('draining')
    const refused = await fetch(`${leaving.url}/cascade/v1/score`, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: '[{"id":1}]',
    })
    ids.pace(5)
    const releasedAtMs = performance.now()
    const { code } = await leaving.process.ended
    const endedMs = performance.now() - releasedAtMs

    expect(refused.status).toBe(503)
    expect(refused.headers.get('cascade-not-executed')).toBe('1')
    expect(code).toBe(0)
    expect(endedMs).toBeLessThan(5000)
    expect(await run.ended).toMatchObject({ code: 0, stderr: expect.stringContaining(' 0 rejected') })
    expect(ids.wrongsOf('scored', expected)).toEqual([])
    // Nothing was made twice: what was in flight was answered, what was refused had not begun.
    expect(new Set(keysOf()).size).toBe(keysOf().length)
  })
})
