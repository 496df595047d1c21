import { once } from 'node:events'
import { Agent, request } from 'node:http'
import { connect } from 'node:net'
import { text } from 'node:stream/consumers'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { SeededRandom } from '../../fuzz/seeded-random.ts'
import { testedKinds } from '../http/front-end/tested-kinds.ts'
import { ServedApp } from '../http/serving/served-app.ts'

const body = '{"x":1}'
const head = `POST /winding HTTP/1.1\r\nHost: a\r\nContent-Type: application/json\r\nContent-Length: ${body.length}\r\n\r\n`

/** How much of the request is sent before its client leaves. */
const sentBytes = [0, 8, head.length >> 1, head.length - 1, head.length, head.length + 3]
const turnsAfter = [0, 1, 2, 3, 4, 6, 8, 12, 16]
const msAfter = [1, 2, 3, 4, 5, 6, 8, 10, 12]

type Checkpoint = () => { readonly bytes: number; readonly wait: () => Promise<void> }

/** Where a client leaves: in the middle of its request, or some turns or milliseconds after it. */
const checkpoints: readonly Checkpoint[] = [
  ...sentBytes.map(
    (bytes): Checkpoint =>
      () => ({ bytes, wait: async () => undefined }),
  ),
  ...turnsAfter.map(
    (turns): Checkpoint =>
      () => ({ bytes: Number.POSITIVE_INFINITY, wait: () => waitTurns(turns) }),
  ),
  ...msAfter.map(
    (ms): Checkpoint =>
      () => ({
        bytes: Number.POSITIVE_INFINITY,
        wait: () => new Promise((resolve) => setTimeout(resolve, ms)),
      }),
  ),
]

async function waitTurns(turns: number): Promise<void> {
  for (let turn = 0; turn < turns; turn++) await new Promise((resolve) => setImmediate(resolve))
}

describe.each(testedKinds)('clients that leave, over %s', (kind) => {
  let app: ServedApp
  const agent = new Agent({ keepAlive: true, maxSockets: 12 })

  beforeAll(async () => {
    app = await ServedApp.start(kind, 'mortal.ts')
  })
  afterAll(async () => {
    agent.destroy()
    await app.stop()
  })

  /** Resolves with how many answers came before it left. */
  async function leaveAt(checkpoint: Checkpoint): Promise<number> {
    const { bytes, wait } = checkpoint()
    const socket = connect(app.port, '127.0.0.1').setEncoding('latin1')
    let received = ''
    socket
      .on('error', () => undefined)
      .on('data', (piece: string) => {
        received += piece
      })
    await once(socket, 'connect')
    if (bytes > 0) socket.write((head + body).slice(0, Math.min(bytes, head.length + body.length)))
    await wait()
    socket.destroy()
    return received.split('HTTP/1.1').length - 1
  }

  function stay(x: number): Promise<readonly [status: number | undefined, answer: string]> {
    return new Promise((resolve, reject) => {
      const sent = request(`${app.url}/winding`, { method: 'POST', agent }, (response) => {
        text(response).then((received) => resolve([response.statusCode, received]), reject)
      })
      sent.on('error', reject).end(JSON.stringify({ x }))
    })
  }

  test('R119 clients that leave at any of 24 points, 100 times each, cost no other an answer and leave nothing behind', async () => {
    const random = new SeededRandom(119)
    const runs = checkpoints.flatMap((checkpoint) => Array.from({ length: 100 }, () => checkpoint))
    const order = runs.map((checkpoint) => ({ checkpoint, at: random.next() })).toSorted((a, b) => a.at - b.at)
    const wrong: unknown[] = []
    let doubled = 0
    let next = 0
    const workers = Array.from({ length: 12 }, async () => {
      while (next < order.length) {
        const x = next++
        const [answers, [status, answer]] = await Promise.all([leaveAt(order[x].checkpoint), stay(x)])
        if (answers > 1) doubled++
        if (status !== 200 || answer !== `{"x":${x}}`) wrong.push([x, status, answer])
      }
    })
    await Promise.all(workers)

    expect(checkpoints).toHaveLength(24)
    expect(wrong).toEqual([])
    expect(doubled).toBe(0)
    await expect.poll(() => app.metric('cascade_inflight_batches{stage="winding"}'), { timeout: 5000 }).toBe(0)
    expect(await app.metric('cascade_queue_rows{stage="winding"}')).toBe(0)
    expect(await app.metric('cascade_queue_bytes{stage="winding"}')).toBe(0)
    expect(await app.metric('cascade_slabs')).toBe(0)
    expect(await app.metric('cascade_answers_total{endpoint="/winding",status="499"}')).toBeGreaterThan(500)
    expect((await app.post('/winding', { x: 5 })).body).toEqual({ x: 5 })
  }, 60_000)
})
