import { fileURLToPath } from 'node:url'
import { Server } from '@redesmyn/worker'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { testedKinds } from '../http/front-end/tested-kinds.ts'
import { post } from './server-under-test.ts'
import { sumSeries } from '../../metrics/sum-series.ts'

interface Seen {
  readonly statuses: Set<number>
  readonly threads: Set<number>
  wrong: number
}

describe.each(testedKinds)('threads that are replaced while they serve, over %s', { timeout: 60_000 }, (kind) => {
  let server: Server
  let url: string

  beforeAll(async () => {
    const app = fileURLToPath(new URL('../../apps/recycled.ts', import.meta.url))
    server = new Server({ app, port: 0, frontEnd: kind, logLevel: 'silent' }, {})
    ;({ url } = await server.serve())
  })
  afterAll(async () => {
    await server.stop({ graceful: false })
  })

  /** Eight clients ask one request after another until it is so. */
  async function askUntil(path: string, isEnough: (seen: Seen) => boolean | Promise<boolean>): Promise<Seen> {
    const seen: Seen = { statuses: new Set(), threads: new Set(), wrong: 0 }
    let isOver = false
    const clients = Array.from({ length: 8 }, async (_, client) => {
      for (let x = client; !isOver; x += 8) {
        const { status, body } = await post(`${url}${path}`, { x: path === '/lasting' ? x % 5 : x })
        seen.statuses.add(status)
        if (typeof body !== 'object' || body === null || !('thread' in body)) seen.wrong++
        else seen.threads.add(Number(body.thread))
      }
    })
    while (!(await isEnough(seen))) await new Promise((resolve) => setTimeout(resolve, 5))
    isOver = true
    await Promise.all(clients)
    return seen
  }

  async function metric(series: string): Promise<number> {
    const text = await (await fetch(`${url}/metrics`)).text()
    return sumSeries(text, series) ?? 0
  }

  test('M125 a thread is replaced after its batches, one at a time, and no request notices', async () => {
    const fewest: number[] = []
    const seen = await askUntil('/often', async ({ threads }) => {
      fewest.push(await metric('cascade_serving_threads{stage="often"}'))
      return threads.size >= 5
    })

    expect([...seen.statuses]).toEqual([200])
    expect(seen.wrong).toBe(0)
    expect(new Set(fewest)).toEqual(new Set([2]))
  })

  test('M125 a thread is replaced at its age, also where it is the only one', async () => {
    const seen = await askUntil('/aged', ({ threads }) => threads.size >= 4)

    expect([...seen.statuses]).toEqual([200])
    expect(seen.wrong).toBe(0)
    expect(await metric('cascade_worker_restarts_total{stage="aged",reason="renewed"}')).toBeGreaterThanOrEqual(3)
  })

  test('M125 a restart replaces every thread under load, and no request fails', async () => {
    const restarted: Promise<void>[] = []
    const seen = await askUntil('/lasting', async ({ threads }) => {
      if (threads.size === restarted.length + 1 && restarted.length < 3) restarted.push(server.restart())
      return threads.size >= 4
    })
    await Promise.all(restarted)

    expect([...seen.statuses]).toEqual([200])
    expect(seen.wrong).toBe(0)
    expect(await metric('cascade_slabs')).toBe(0)
    expect(await metric('cascade_inflight_batches{stage="lasting"}')).toBe(0)
  })

  test('a batch that a thread had begun is answered by it, and the thread then ends', async () => {
    const asked = post(`${url}/lasting`, { x: 400 })
    await new Promise((resolve) => setTimeout(resolve, 50))
    const restart = server.restart()
    const during = await post(`${url}/lasting`, { x: 1 })
    await restart

    expect((await asked).status).toBe(200)
    expect(during.status).toBe(200)
  })
})

test('a restart of a server that does not serve is refused', async () => {
  const app = fileURLToPath(new URL('../../apps/recycled.ts', import.meta.url))
  const server = new Server({ app, port: 0, logLevel: 'silent' }, {})

  await expect(server.restart()).rejects.toMatchObject({ code: 'LIFECYCLE_MISUSE' })
})
