import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { testedKinds } from '../http/front-end/tested-kinds.ts'
import { ServedApp } from '../http/serving/served-app.ts'

describe.each(testedKinds)('rows that nobody waits for, over %s', (kind) => {
  let app: ServedApp

  beforeAll(async () => {
    app = await ServedApp.start(kind, 'timing.ts', { paths: ['/counted', '/watchful'] })
  })
  afterAll(() => app.stop())

  function leave(path: string, body: string, afterMs: number): Promise<unknown> {
    const signal = AbortSignal.timeout(afterMs)
    return fetch(`${app.url}${path}`, { method: 'POST', body, signal }).catch(() => 'left')
  }

  const aborts = async () => Number((await app.post('/watchful', { x: 0 })).body.y)

  test('M53 a client that leaves while its row is queued spares it the handler', async () => {
    const before = Number((await app.post('/counted', { x: 0 })).body.y)
    const running = app.post('/counted', { x: 200 })
    await expect.poll(() => app.metric('cascade_inflight_batches{stage="counted"}')).toBe(1)
    const left = await Promise.all([1, 2, 3].map(() => leave('/counted', '{"x":0}', 30)))
    await running
    const after = Number((await app.post('/counted', { x: 0 })).body.y)

    expect(left).toEqual(['left', 'left', 'left'])
    expect(after - before).toBe(2)
    expect(await app.metric('cascade_queue_rows{stage="counted"}')).toBe(0)
  })

  test('M53 a client that leaves while its row runs aborts the signal, and nothing of it is left', async () => {
    const before = await aborts()
    await leave('/watchful', '{"x":1}', 50)

    await expect.poll(() => app.metric('cascade_inflight_batches{stage="watchful"}')).toBe(0)
    expect(await aborts()).toBe(before + 1)
    expect(await app.metric('cascade_slabs')).toBe(0)
  })

  test('a batch is given up when the last of its clients is, and not before', async () => {
    const before = await aborts()
    const first = leave('/watchful', '[{"x":1}]', 50)
    const second = app.post('/watchful', [{ x: 1 }])
    await first
    await new Promise((resolve) => setTimeout(resolve, 100))
    const { status } = await second

    expect(status).toBe(504)
    expect(await aborts()).toBeGreaterThan(before)
  })

  test('a handler that never waits is told as well, when it asks', async () => {
    const before = await aborts()
    const late = await app.post('/watchful', { x: 2 })

    expect(late.status).toBe(504)
    expect(await aborts()).toBe(before + 1)
    expect(await app.metric('cascade_serving_threads{stage="watchful"}')).toBe(1)
  })

  test('a handler that ends because it was given up is no failure to the log', async () => {
    await leave('/watchful', '{"x":1}', 30)
    await expect.poll(() => app.metric('cascade_inflight_batches{stage="watchful"}')).toBe(0)

    const failures = (await app.log()).filter(({ msg, level }) => msg === 'A batch failed.' && level === 'error')
    expect(failures).toEqual([])
  })
})
