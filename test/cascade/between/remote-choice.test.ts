import { once } from 'node:events'
import { mkdtempSync, rmSync } from 'node:fs'
import { connect, createServer, type Socket } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { type Between, between, type CallContext, type HostOptions } from '@redesmyn/cascade'
import { type Clock, PipelineError, stage } from '@redesmyn/core'
import { systemClock } from '@redesmyn/worker'
import { Type } from 'typebox'
import { afterAll, afterEach, expect, onTestFinished, test, vi } from 'vitest'
import { RemoteBetween } from '../../../packages/cascade/dist/between/remote-between.js'
import { fakeClock } from '../../clock/fake-clock.ts'
import { SeededRandom } from '../../fuzz/seeded-random.ts'
import { rejectionOf } from '../handoff/rejection-of.ts'
import { batchOf } from '../handoff/rows-batch.ts'
import { context, wantOf } from './call-context.ts'
import { quickClock } from './quick-clock.ts'
import { listen, type ListeningStage, type Outcome, type Script } from './scripted-stage.ts'

const Row = Type.Object({ x: Type.Number() })
const score = stage({ name: 'score', input: Row, output: Row, handler: (batch) => ({ x: batch.column('x') }) })
const rows = batchOf(score.input, [{ x: 1 }])

const folder = mkdtempSync(join(tmpdir(), 'between-'))
afterAll(() => rmSync(folder, { recursive: true, force: true }))

const listening: ListeningStage[] = []
const opened: RemoteBetween[] = []

afterEach(async () => {
  await Promise.all(opened.splice(0).map((way) => way.close('abort')))
  await Promise.all(listening.splice(0).map(({ listener }) => listener.close('abort')))
})

async function serve(script: Script = {}): Promise<ListeningStage> {
  const one = await listen(score, script)
  listening.push(one)
  return one
}

function open(options: HostOptions, clock: Clock = quickClock(20)): RemoteBetween {
  const random = new SeededRandom(54)
  const limits = { connectTimeoutMs: 60_000, attemptTimeoutMs: 600_000 }
  const way = between.host({ ...limits, ...options }).open([score], { clock, random: () => random.next() })
  if (!(way instanceof RemoteBetween)) throw new Error('a stage elsewhere')
  opened.push(way)
  return way
}

function call(way: Between, own: Partial<CallContext> = {}) {
  return way.call(rows, context(own))
}

/** What is answered when the test says so. */
function gate(): { readonly outcome: Promise<Outcome>; readonly open: (outcome: Outcome) => void } {
  let open: (outcome: Outcome) => void = () => {}
  const outcome = new Promise<Outcome>((resolve) => (open = resolve))
  return { outcome, open: (value) => open(value) }
}

test('C54 of three instances one is stopped: no call fails, and traffic moves within one breaker interval', async () => {
  const instances = await Promise.all([serve(), serve(), serve()])
  const [stopped, ...others] = instances
  const way = open({ urls: instances.map(({ url }) => url), breaker: { failures: 5, openMs: 600_000 } })
  const send = (count: number) => Promise.all(Array.from({ length: count }, () => call(way)))
  const [before] = [await send(90)]
  const served = instances.map(({ stage: one }) => one.heads.length)

  await stopped?.listener.close('abort')
  const during = await send(30)
  const states = way.stats().instances.map(({ breaker }) => breaker)
  const after = await send(90)

  expect([before, during, after].map((replies) => replies.length)).toEqual([90, 30, 90])
  for (const count of served) expect(count).toBeGreaterThan(10)
  expect(stopped?.stage.heads.length).toBe(served[0])
  expect(states).toEqual(['open', 'closed', 'closed'])
  expect(others.reduce((sum, { stage: one }) => sum + one.heads.length, 0)).toBe(210 - (served[0] ?? 0))
})

test('an instance that drains is left alone at once, and its calls go elsewhere', async () => {
  const leaving = new PipelineError('DRAINING', 'on its way out', { details: { notExecuted: true } })
  const [draining, other] = [await serve({ admit: () => leaving }), await serve()]
  const way = open({ urls: [draining.url, other.url], breaker: { openMs: 600_000 } })

  for (let index = 0; index < 20; index++) await call(way)

  expect([draining.stage.admissions, other.stage.heads.length]).toEqual([1, 20])
})

test('C88 an instance that fails five times is asked by nobody, then by one call that decides for all', async () => {
  const clock = fakeClock()
  const probe = gate()
  const failing = new PipelineError('MODEL_LOAD_FAILED', 'no model')
  const { stage: served, url } = await serve({
    call: (count) => (count <= 5 ? failing : count === 6 ? probe.outcome : 'echo'),
  })
  const way = open({ urls: [url], retry: { attempts: 1 }, breaker: { failures: 5, openMs: 1000 } }, clock)

  for (let index = 0; index < 5; index++) await rejectionOf(call(way))
  const refused = await rejectionOf(call(way, { deadlineMs: 900 }))
  expect(refused).toMatchObject({ code: 'HANDOFF_FAILED', message: expect.stringContaining('no instance lets calls') })
  expect(served.heads).toHaveLength(5)
  expect(way.stats().instances[0]?.breaker).toBe('open')

  clock.advance(1000)
  const replies = Promise.all([call(way), call(way), call(way)])
  await served.called(6)
  await new Promise(setImmediate)
  expect([served.heads.length, way.stats().instances[0]?.breaker]).toEqual([6, 'half-open'])
  probe.open('echo')

  expect(await replies).toHaveLength(3)
  expect([served.heads.length, way.stats().instances[0]?.breaker]).toEqual([8, 'closed'])
})

test('C88 calls that have less time than their stage takes are not held against an instance that is there', async () => {
  const clock = fakeClock()
  const { stage: served, url } = await serve({ call: (count) => (count <= 6 ? 'hang' : 'echo') })
  const way = open({ urls: [url], breaker: { failures: 1, openMs: 600_000 } }, clock)

  for (let count = 1; count <= 6; count++) {
    const failed = rejectionOf(call(way, { deadlineMs: 300 }))
    await served.called(count)
    clock.advance(300)
    expect(await failed).toMatchObject({ code: 'DEADLINE_EXCEEDED' })
  }
  await call(way)

  expect(way.stats().instances).toMatchObject([{ breaker: 'closed', failures: 0, calls: 7 }])
})

test('C88 they are where it does not shake hands either: one that stands still is left alone', async () => {
  const clock = fakeClock()
  const { stage: served, url } = await serve({ call: () => 'hang' })
  const door = await frontDoor(url)
  const way = open({ urls: [door.url], breaker: { failures: 3, openMs: 600_000 } }, clock)
  const failed = Array.from({ length: 3 }, () => rejectionOf(call(way, { deadlineMs: 300 })))
  await served.called(3)

  const knocked = door.close()
  clock.advance(300)
  for (const one of failed) expect(await one).toMatchObject({ code: 'DEADLINE_EXCEEDED' })
  await knocked
  expect(way.stats().instances).toMatchObject([{ breaker: 'closed', failures: 0 }])
  clock.advance(60_000)
  await vi.waitUntil(() => way.stats().instances[0]?.breaker === 'open')

  expect(way.stats().instances).toMatchObject([{ failures: 3 }])
})

/** Stands before an address; once it is closed, whoever knocks is let wait. */
async function frontDoor(behind: string) {
  const { port } = new URL(behind)
  let onKnock: (() => void) | undefined
  const sockets: Socket[] = []
  const server = createServer((socket) => {
    sockets.push(socket.on('error', () => undefined))
    if (onKnock !== undefined) onKnock()
    else socket.pipe(connect(Number(port), '127.0.0.1').on('error', () => undefined)).pipe(socket)
  })
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  onTestFinished(() => {
    for (const socket of sockets) socket.destroy()
    server.close()
  })
  const address = server.address()
  if (address === null || typeof address === 'string') throw new Error('it has a port')
  const close = (): Promise<void> => new Promise((resolve) => (onKnock = resolve))
  return { url: `http://127.0.0.1:${address.port}`, close }
}

test('the less busy of two is asked', async () => {
  const hold = gate()
  let calls = 0
  const script: Script = { call: () => (++calls === 1 ? hold.outcome : 'echo') }
  const instances = [await serve(script), await serve(script)]
  const way = open({ urls: instances.map(({ url }) => url) })
  const held = call(way)
  await Promise.race(instances.map(({ stage: one }) => one.called(1)))

  for (let index = 0; index < 20; index++) await call(way)

  expect(instances.map(({ stage: one }) => one.heads.length).toSorted((a, b) => a - b)).toEqual([1, 20])
  hold.open('echo')
  await held
})

test('C79 calls for one partition go to one instance, and those of one that goes to the next in its order', async () => {
  const instances = await Promise.all([serve(), serve(), serve()])
  const way = open({ urls: instances.map(({ url }) => url), affinity: 'partition', maxCalls: 16 })
  const regions = Array.from({ length: 60 }, (_, index) => `region-${index}`)
  const placesOf = () => {
    return new Map(
      regions.map((region) => [
        region,
        instances.flatMap(({ stage: one }, index) => {
          return one.heads.some(({ partition }) => partition['region'] === region) ? [index] : []
        }),
      ]),
    )
  }

  for (let round = 0; round < 5; round++) {
    await Promise.all(regions.map((region) => call(way, { partition: { region } })))
  }
  const stable = placesOf()
  const counts = instances.map(({ stage: one }) => one.heads.length)
  await instances[2]?.listener.close('abort')
  for (const { stage: one } of instances) one.heads.length = 0
  await Promise.all(regions.map((region) => call(way, { partition: { region } })))
  const moved = placesOf()

  expect([...stable.values()].every((places) => places.length === 1)).toBe(true)
  for (const count of counts) expect(count).toBeGreaterThan(30)
  for (const region of regions) {
    const before = stable.get(region)?.[0]
    if (before !== 2) expect(moved.get(region)).toEqual([before])
    else expect([[0], [1]]).toContainEqual(moved.get(region))
  }
})

test('R132 instances are discovered again and again: new ones are asked, those that left finish what they have', async () => {
  const clock = fakeClock()
  const hold = gate()
  const [first, second] = [await serve({ call: (count) => (count === 2 ? hold.outcome : 'echo') }), await serve()]
  let urls = [first.url]
  let asked = 0
  const discover = async () => {
    asked += 1
    return urls
  }
  const way = open({ urls: discover, discoverEveryMs: 1000 }, clock)
  await call(way)
  const held = call(way)
  await first.stage.called(2)

  urls = [second.url]
  clock.advance(1000)
  await new Promise(setImmediate)
  await call(way)
  hold.open('echo')

  expect((await held).batch.rowCount).toBe(1)
  expect([asked, first.stage.heads.length, second.stage.heads.length]).toEqual([2, 2, 1])
  expect(way.stats().instances.map(({ address }) => address)).toEqual([second.url])
})

test('R132 a discovery that fails leaves what is known, and one that never worked is tried again', async () => {
  const clock = fakeClock()
  const { url } = await serve()
  let outcome: 'fails' | 'works' = 'works'
  const discover = async () => {
    if (outcome === 'fails') throw new Error('no such name')
    return [url]
  }
  const known = open({ urls: discover, discoverEveryMs: 1000 }, clock)
  await call(known)

  outcome = 'fails'
  clock.advance(3000)
  await call(known)
  const unknown = await rejectionOf(call(open({ urls: discover })))

  expect(unknown).toMatchObject({
    code: 'HANDOFF_FAILED',
    message: expect.stringMatching(/could not be discovered: no such name.*does the discovery answer/),
  })
})

test('hands are shaken once before the first batch, and again once the way there broke', async () => {
  const socket = join(folder, 'score.sock')
  const before = await listen(score, {}, `unix:${socket}`)
  const way = between.app({ socket }).open([score])
  await Promise.all([call(way), call(way)])
  await call(way)
  expect(before.stage.greetings).toBeLessThanOrEqual(2)

  await before.listener.close('abort')
  const after = await listen(score, {}, `unix:${socket}`)
  await Promise.all([call(way), call(way)])

  expect(after.stage.greetings).toBeGreaterThanOrEqual(1)
  expect(after.stage.heads).toHaveLength(2)
  await way.close('drain')
  await after.listener.close('abort')
})

test('an instance that answers with another contract is told of at once, also where others fit', async () => {
  const Other = Type.Object({ x: Type.Number(), more: Type.String() })
  const changed = stage({ name: 'score', input: Other, output: Other, handler: (batch) => batch.rows() })
  const [fit, unfit] = [await serve(), await listen(changed)]
  listening.push(unfit)
  const way = open({ urls: [fit.url, unfit.url] })

  const error = await rejectionOf(way.hello(wantOf(score), new AbortController().signal))

  expect(error).toMatchObject({ code: 'SCHEMA_MISMATCH', details: { columns: ['"more" is missing'] } })
})

test('a clock that nobody hands in is real time', async () => {
  const { url } = await serve()
  const way = open({ urls: [url] }, systemClock())

  expect((await call(way)).batch.rowCount).toBe(1)
})
