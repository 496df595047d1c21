import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { SeededRandom } from '../../fuzz/seeded-random.ts'
import { testedKinds } from '../http/front-end/tested-kinds.ts'
import { ServedApp } from '../http/serving/served-app.ts'

describe.each(testedKinds)('lost threads over %s', { timeout: 40_000 }, (kind) => {
  let app: ServedApp

  beforeAll(async () => {
    app = await ServedApp.start(kind, 'mortal.ts')
  })
  afterAll(() => app.stop())

  test('R021 a thread that ends in its handler costs its rows 503 within a second, and is replaced', async () => {
    const startedAtMs = performance.now()
    const lost = await app.post('/mortal', { x: 7 })
    const tookMs = performance.now() - startedAtMs

    expect([lost.status, lost.body.error.code]).toEqual([503, 'EXECUTOR_LOST'])
    expect(tookMs).toBeLessThan(1000)
    await expect.poll(() => app.metric('cascade_serving_threads{stage="mortal"}'), { timeout: 15_000 }).toBe(2)
    expect((await app.post('/mortal', { x: 1 })).status).toBe(200)
  })

  test('M118 a thread that ends while it is idle loses no request', async () => {
    for (let round = 0; round < 3; round++) {
      expect((await app.post('/idler', { x: 8 })).status).toBe(200)
      const endsAtMs = performance.now() + 60
      while (performance.now() < endsAtMs) expect((await app.post('/idler', { x: 1 })).status).toBe(200)
    }

    expect(await app.metric('cascade_worker_restarts_total{stage="idler",reason="lost"}')).toBeGreaterThanOrEqual(2)
  })

  test('M28 a stage without a thread makes the server not ready, and leaves it alive', async () => {
    await app.post('/idler', { x: 8 })
    const seen: number[] = []
    await expect
      .poll(
        async () => {
          seen.push((await app.get('/readyz')).status, (await app.get('/livez')).status)
          return seen.includes(503)
        },
        { interval: 1, timeout: 5000 },
      )
      .toBe(true)

    expect(seen.filter((_, index) => index % 2 === 1).every((status) => status === 200)).toBe(true)
    await expect.poll(() => app.get('/readyz').then(({ status }) => status), { timeout: 15_000 }).toBe(200)
  })

  test('M120 after a thousand disconnects mixed with lost threads nothing is in flight, and the stop is immediate', async () => {
    const random = new SeededRandom(120)
    let asked = 0
    let left = 0
    const clients = Array.from({ length: 25 }, async () => {
      while (left < 1000) {
        asked++
        const x = asked % 400 === 0 ? 7 : random.below(5)
        const signal = AbortSignal.timeout(random.below(6))
        await fetch(`${app.url}/mortal`, { method: 'POST', body: JSON.stringify({ x }), signal })
          .then((response) => response.arrayBuffer())
          .catch(() => left++)
      }
    })
    await Promise.all(clients)

    expect(left).toBeGreaterThanOrEqual(1000)
    await expect.poll(() => app.metric('cascade_inflight_batches{stage="mortal"}'), { timeout: 15_000 }).toBe(0)
    expect(await app.metric('cascade_queue_rows{stage="mortal"}')).toBe(0)
    expect(await app.metric('cascade_queue_bytes{stage="mortal"}')).toBe(0)
    expect(await app.metric('cascade_slabs')).toBe(0)
    await expect.poll(() => app.post('/mortal', { x: 1 }).then(({ status }) => status), { timeout: 10_000 }).toBe(200)
    const startedAtMs = performance.now()
    await app.drain()
    expect(performance.now() - startedAtMs).toBeLessThan(1000)
  }, 40_000)
})
