import { join } from 'node:path'
import { afterEach, beforeAll, beforeEach, describe, expect, test } from 'vitest'
import { appPath } from '../cascade-process.ts'
import type { OutputState } from '../../fault/run/read-output.ts'
import { IdsRun, undisturbed } from './ids-run.ts'

let ids: IdsRun
let expected: OutputState

beforeAll(async () => {
  expected = await undisturbed()
}, 120_000)
beforeEach(() => {
  ids = new IdsRun()
})
afterEach(() => ids.end())

/** A call is made that does not end. */
async function hold(): Promise<void> {
  await ids.called(60)
  ids.pace('hold')
  await ids.called(ids.calls.length + 1)
}

function socket(): string {
  return join(ids.path, 'score.sock')
}

function listen(placement: string): string {
  return placement === 'app' ? `unix:${socket()}` : 'http://127.0.0.1:0'
}

describe('a stage elsewhere that is lost in the middle of a run', { timeout: 180_000 }, () => {
  test.each([
    ['host', 'scored_soon'],
    ['app', 'scored_near'],
  ])('C25 over "%s": the run ends with 6, and the same command goes on', async (placement, asset) => {
    const { process, url } = await ids.serve('score', listen(placement))
    const env = placement === 'host' ? { IDS_URLS: url } : { IDS_SOCKET: socket() }
    ids.pace(5)
    const run = ids.run(asset, [], { env })
    await hold()

    process.kill('SIGKILL')
    ids.pace(0)
    const { code, stderr } = await run.ended
    const committed = ids.commits(asset)
    await ids.serve('score', url)
    const again = await ids.run(asset, [], { env }).ended

    expect(code).toBe(6)
    expect(stderr).toContain(`is "cascade serve … --stage score --listen ${url}" running there?`)
    expect(stderr).toMatch(/^next: .*start the stage there/m)
    expect(committed).toBeGreaterThan(0)
    expect(committed).toBeLessThan(20)
    expect(again.code).toBe(0)
    expect(ids.wrongsOf(asset, expected)).toEqual([])
  })

  test.each(['host', 'app'])('C25 over "%s": one that comes back soon is waited for', async (placement) => {
    const { process, url } = await ids.serve('score', listen(placement))
    ids.pace(5)
    const run = ids.run('scored', ['--place', `score=${placement}:${placement === 'app' ? socket() : url}`])
    await hold()

    process.kill('SIGKILL')
    ids.pace(0)
    await process.ended
    await ids.serve('score', url)

    expect(await run.ended).toMatchObject({ code: 0, stderr: expect.stringContaining(' 0 rejected') })
    expect(ids.wrongsOf('scored', expected)).toEqual([])
  })

  test('C25 its child process behind a socket: the calls are made again there', async () => {
    const { process: server } = await ids.serve('apart', `unix:${socket()}`)
    ids.pace(5)
    const run = ids.run('scored_apart', ['--place', `apart=app:${socket()}`])
    await hold()
    const [held] = ids.calls.slice(-1)

    expect(held?.pid).not.toBe(server.pid)
    process.kill(held?.pid ?? -1, 'SIGKILL')
    ids.pace(0)

    expect(await run.ended).toMatchObject({ code: 0, stderr: expect.stringContaining(' 0 rejected') })
    expect(ids.calls.filter(({ key }) => key === held?.key).length).toBeGreaterThan(1)
    expect(ids.wrongsOf('scored_apart', expected)).toEqual([])
  })

  test('C58 one that comes back with other columns gets no batch, and the run ends with 4 until it is as before', async () => {
    const { process, url } = await ids.serve('score', 'http://127.0.0.1:0')
    const place = ['--place', `score=host:${url}`]
    ids.pace(5)
    const run = ids.run('scored', place)
    await hold()

    process.kill('SIGKILL')
    ids.pace(0)
    await process.ended
    const later = await ids.serve('score', url, { from: appPath('ids-flow-later.ts') })
    const { code, stderr } = await run.ended
    const committed = ids.commits('scored')
    later.process.kill('SIGTERM')
    await later.process.ended
    await ids.serve('score', url)
    const again = await ids.run('scored', place).ended

    expect(code).toBe(4)
    expect(stderr).toContain('"name"')
    expect(stderr).toMatch(/^next: +serve the stage there from the same version of the app/m)
    expect(committed).toBeLessThan(20)
    expect(again.code).toBe(0)
    expect(ids.wrongsOf('scored', expected)).toEqual([])
  })
})
