import { setTimeout as pause } from 'node:timers/promises'
import { Server } from '@redesmyn/worker'
import { afterEach, describe, expect, test } from 'vitest'
import endpoints from './apps/mortal.ts'

const file = new URL('./apps/mortal.ts', import.meta.url)
const running: Server[] = []
let url: string

afterEach(async () => {
  await Promise.all(running.splice(0).map((server) => server.stop({ graceful: false })))
})

/** Serves some of the app's stages: each loss in a row is answered by a longer pause before the next start. */
async function start(...paths: readonly string[]): Promise<Server> {
  const server = new Server({ app: file, port: 0, logLevel: 'silent' }, {})
  for (const endpoint of endpoints) if (paths.includes(endpoint.path)) server.register(endpoint)
  running.push(server)
  url = (await server.serve()).url
  return server
}

interface Answer {
  readonly status: number
  readonly body: { readonly pid: number; readonly slot: number; readonly error?: { readonly code: string } }
  readonly elapsedMs: number
}

async function ask(path: string, body: unknown): Promise<Answer> {
  const startedAt = performance.now()
  const response = await fetch(`${url}${path}`, { method: 'POST', body: JSON.stringify(body) })
  const answer = (await response.json()) as Answer['body']
  return { status: response.status, body: answer, elapsedMs: performance.now() - startedAt }
}

function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0)
    return true
  } catch {
    return false
  }
}

describe('the process of a stage that ends', () => {
  test.each(['exit', 'abort', 'segv', 'array', 'map', 'fill', 'reject'])(
    'R021 M117 M122 by "%s" costs its own rows 503 at once; it is replaced, and the server stays',
    async (by) => {
      await start('/child/1')
      const before = await ask('/child/1', { by: 'nothing' })
      const lost = await ask('/child/1', { by, sleepMs: 2000 })
      const after = await ask('/child/1', { by: 'nothing' })

      expect([lost.status, lost.body.error?.code]).toEqual([503, 'EXECUTOR_LOST'])
      expect(after.status).toBe(200)
      // The time until the heap is full is the handler's own.
      if (!['array', 'map', 'fill'].includes(by)) expect(lost.elapsedMs).toBeLessThan(1000)
      expect(after.elapsedMs).toBeLessThan(2000)
      expect(after.body.pid).not.toBe(before.body.pid)
      expect(isAlive(before.body.pid)).toBe(false)
    },
  )

  test('M116 leaves its siblings alone', async () => {
    await start('/child/2', '/thread/1')
    const other = ask('/child/2', { by: 'nothing', sleepMs: 700 })
    await pause(50)
    const lost = await ask('/child/2', { by: 'abort' })
    const meanwhile = await ask('/thread/1', { by: 'nothing' })

    expect(lost.status).toBe(503)
    expect(meanwhile.status).toBe(200)
    expect((await other).status).toBe(200)
  })

  // A time on a machine that others use too.
  test('M116 by kill -9 has its rows answered within 50 ms', { retry: 2 }, async () => {
    await start('/child/1')
    const { body } = await ask('/child/1', { by: 'nothing' })
    const asked = ask('/child/1', { by: 'nothing', sleepMs: 5000 })
    await pause(100)
    const killedAt = performance.now()
    process.kill(body.pid, 'SIGKILL')

    const { status } = await asked

    expect(status).toBe(503)
    expect(performance.now() - killedAt).toBeLessThan(50)
  })

  test('M118 while it is idle loses no request, not even one that comes at the same moment', async () => {
    await start('/child/2')
    for (let round = 0; round < 3; round++) {
      const { body } = await ask('/child/2', { by: 'nothing' })
      process.kill(body.pid, 'SIGKILL')
      const answers = await Promise.all(Array.from({ length: 8 }, () => ask('/child/2', { by: 'nothing' })))

      expect(answers.map(({ status }) => status)).toEqual(new Array(8).fill(200))
    }
  })
})

test.each(['/thread/1', '/child/1'])(
  'M118 an only slot (%s) that ends while it is idle loses no request',
  async (path) => {
    await start(path)
    const first = await ask(path, { by: 'later' })
    await pause(200)
    const next = await ask(path, { by: 'nothing' })

    expect([first.status, next.status]).toEqual([200, 200])
  },
)

describe('the thread of a stage that ends', () => {
  test.each(['exit', 'array'])('R021 by "%s" costs its own rows 503 at once, and it is replaced', async (by) => {
    await start('/thread/1')
    const lost = await ask('/thread/1', { by, sleepMs: 2000 })
    const after = await ask('/thread/1', { by: 'nothing' })

    expect([lost.status, lost.body.error?.code]).toEqual([503, 'EXECUTOR_LOST'])
    expect([after.status, after.body.pid]).toEqual([200, process.pid])
  })
})

test('M115 a server that has stopped leaves no process behind, not even one in a loop', async () => {
  const server = await start('/child/1', '/child/2')
  const asked = await Promise.all(['/child/1', '/child/2', '/child/2'].map((path) => ask(path, { by: 'nothing' })))
  const pids = asked.map(({ body }) => body.pid)
  const looping = ask('/child/1', { by: 'loop' })
  await pause(100)

  await server.stop({ drainMs: 100 })

  expect((await looping).status).toBe(503)
  expect(pids.filter(isAlive)).toEqual([])
})
