import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { testedKinds } from '../http/front-end/tested-kinds.ts'
import { ServedApp } from '../http/serving/served-app.ts'

describe.each(testedKinds)('threads that do not answer, over %s', { timeout: 40_000 }, (kind) => {
  let app: ServedApp

  beforeAll(async () => {
    app = await ServedApp.start(kind, 'timing.ts', { paths: ['/looping', '/looping-shared', '/hanging', '/haunted'] })
  })
  afterAll(() => app.stop())

  function restarts(stage: string, reason: string): Promise<number> {
    return app.metric(`cascade_worker_restarts_total{stage="${stage}",reason="${reason}"}`).catch(() => 0)
  }

  test('M47 R021 a loop is answered at its limit, its thread replaced, and the other thread never notices', async () => {
    const startedAtMs = performance.now()
    const looping = app.post('/looping', { x: -1 })
    const others = await Promise.all(Array.from({ length: 20 }, (_, x) => app.post('/looping', { x })))
    const looped = await looping
    const tookMs = performance.now() - startedAtMs

    expect(others.map(({ status, body }) => [status, body.y])).toEqual(others.map((_, x) => [200, x]))
    expect([looped.status, looped.body.error.code]).toEqual([504, 'DEADLINE_EXCEEDED'])
    expect(tookMs).toBeLessThan(1200)
    await expect.poll(() => restarts('looping', 'stuck'), { timeout: 15_000 }).toBe(1)
    await expect.poll(() => app.metric('cascade_serving_threads{stage="looping"}'), { timeout: 15_000 }).toBe(2)
    const after = await Promise.all(Array.from({ length: 8 }, (_, x) => app.post('/looping', { x })))
    expect(after.every(({ status }) => status === 200)).toBe(true)
  })

  test('M47 a loop in a thread that runs several batches costs those that it had begun, and no later one', async () => {
    const beside = app.post('/looping-shared', { x: 300 })
    const looped = await app.post('/looping-shared', { x: -1 })

    expect(looped.status).toBe(504)
    expect((await beside).status).toBe(504)
    await expect.poll(() => restarts('looping-shared', 'stuck'), { timeout: 15_000 }).toBe(1)
    await expect.poll(() => app.post('/looping-shared', { x: 1 }).then(({ status }) => status)).toBe(200)
  })

  test('a promise that never settles costs its thread, once what runs beside it has ended', async () => {
    const hung = app.post('/hanging', { x: -1 })
    const statuses: number[] = []
    let isOver = false
    // One of them always runs beside it.
    const others = Array.from({ length: 2 }, async () => {
      while (!isOver) statuses.push((await app.post('/hanging', { x: 100 })).status)
    })
    await expect.poll(() => restarts('hanging', 'stuck'), { timeout: 15_000 }).toBe(1)
    isOver = true
    await Promise.all(others)

    expect((await hung).status).toBe(504)
    expect(statuses).not.toContain(503)
    expect((await app.post('/hanging', { x: 1 })).status).toBe(200)
  })

  test('a thread that something else than a batch holds is replaced', async () => {
    expect((await app.post('/haunted', { x: -1 })).status).toBe(200)
    await new Promise((resolve) => setTimeout(resolve, 50))
    const unheard = app.post('/haunted', { x: 1 })

    await expect.poll(() => restarts('haunted', 'stuck'), { timeout: 15_000 }).toBe(1)
    expect((await unheard).status).toBe(200)
    expect(await app.metric('cascade_slabs')).toBe(0)
  })
})
