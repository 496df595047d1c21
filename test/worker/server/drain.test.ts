import { Agent, request } from 'node:http'
import { text } from 'node:stream/consumers'
import type { Server } from '@redesmyn/worker'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { createServer, post } from './server-under-test.ts'

interface Reply {
  readonly status: number
  readonly body: string
}

let server: Server
let url: string
/** One connection, kept alive from before the drain. */
let agent: Agent

beforeEach(() => {
  agent = new Agent({ keepAlive: true, maxSockets: 1 })
})

afterEach(async () => {
  agent.destroy()
  await server.stop({ graceful: false })
})

function send(method: string, path: string, body = ''): Promise<Reply> {
  return new Promise((resolve, reject) => {
    const sent = request(new URL(path, url), { method, agent }, (response) => {
      text(response).then((received) => resolve({ status: response.statusCode ?? 0, body: received }), reject)
    })
    sent.on('error', reject).end(body)
  })
}

async function waitForInFlight(count: number): Promise<void> {
  for (;;) {
    const metrics = await (await fetch(`${url}/metrics`)).text()
    if (metrics.includes(`cascade_inflight_batches{stage="slow"} ${count}\n`)) return
  }
}

describe.each(['uws', 'http'] as const)('stop with %s', (frontEnd) => {
  async function start(options: { readonly drainMs?: number } = {}): Promise<void> {
    server = createServer('slow.ts', { frontEnd, ...options })
    ;({ url } = await server.serve())
  }

  test('R093 M126 while it drains the server is not ready, refuses work on open connections, and answers what it accepted', async () => {
    await start()
    expect(await send('GET', '/readyz')).toMatchObject({ status: 200 })
    const accepted = post(`${url}/slow`, { waitMs: 300 })
    await waitForInFlight(1)

    const stopping = server.stop()

    expect(await send('GET', '/readyz')).toEqual({ status: 503, body: 'gracefully shutting down\n' })
    expect(await send('POST', '/slow', '{"waitMs":0}')).toMatchObject({ status: 503 })
    const { body: metrics } = await send('GET', '/metrics')
    expect(metrics).toContain('cascade_answers_total{endpoint="/slow",status="503"} 1')
    expect(await accepted).toEqual({ status: 200, body: { waitedMs: 300 } })
    expect(await stopping).toEqual({ isDrained: true })
  })

  test('R091 under load every accepted request is answered, new ones are refused, and the threads have ended', async () => {
    await start()
    let isStopped = false
    const statuses: (number | 'refused')[] = []
    const clients = Array.from({ length: 8 }, async () => {
      while (!isStopped) {
        const sent = post(`${url}/slow`, { waitMs: 5 })
        statuses.push(
          await sent.then(
            ({ status }) => status,
            () => 'refused' as const,
          ),
        )
      }
    })
    while (statuses.length < 50) await new Promise((resolve) => setImmediate(resolve))

    const report = await server.stop()
    isStopped = true
    await Promise.all(clients)

    expect(report).toEqual({ isDrained: true })
    expect(statuses.filter((status) => status === 200).length).toBeGreaterThanOrEqual(50)
    expect(statuses.filter((status) => status !== 200 && status !== 503 && status !== 'refused')).toEqual([])
  })

  test('a drain that takes too long is cut off: what waits gets 503', async () => {
    await start({ drainMs: 50 })
    const accepted = post(`${url}/slow`, { waitMs: 60_000 })
    await waitForInFlight(1)

    const report = await server.stop()

    expect(report).toEqual({ isDrained: false })
    expect(await accepted).toMatchObject({ status: 503, body: { error: { code: 'DRAINING' } } })
  })

  test('a stop that is not graceful refuses what was accepted', async () => {
    await start()
    const accepted = post(`${url}/slow`, { waitMs: 60_000 })
    await waitForInFlight(1)

    await server.stop({ graceful: false })

    expect(await accepted).toMatchObject({ status: 503, body: { error: { code: 'DRAINING' } } })
  })
})
