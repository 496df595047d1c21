import { Agent } from 'node:http'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { testedKinds } from '../worker/http/front-end/tested-kinds.ts'
import { ServedApp } from '../worker/http/serving/served-app.ts'
import { hostileBody } from './hostile-body.ts'
import { SeededRandom } from './seeded-random.ts'
import { type Delivery, sendBody } from './send-body.ts'

/** 100,000 for the whole row, `FUZZ_BODIES=100000 npx vitest run test/fuzz`; fewer where every commit pays for them. */
const bodyCount = Number(process.env.FUZZ_BODIES ?? 3000)
const seed = Number(process.env.FUZZ_SEED ?? 20_251)
const clients = 16
const deliveries: readonly Delivery[] = ['whole', 'chunked', 'cut']
const paths = ['/exp', '/kinds', '/loose-now', '/strict', '/nulls', '/words', '/inspector/a']

describe.each(testedKinds)('hostile bodies over %s', (kind) => {
  let app: ServedApp

  beforeAll(async () => {
    app = await ServedApp.start(kind, 'serving.ts', {
      logLevel: 'error',
      paths: ['/exp', '/inspector/{region}', '/kinds', '/loose-now', '/nulls', '/strict', '/words'],
    })
  })
  afterAll(() => app.stop())

  test(`R055 ${bodyCount} bodies, a third chunked, a third cut off, get only 2xx and 4xx and leave nothing behind`, async () => {
    const agent = new Agent({ keepAlive: true, maxSockets: clients })
    const statuses = new Map<number | undefined, number>()
    const randoms = Array.from({ length: clients }, (_, number) => new SeededRandom(seed + number))
    let sent = 0
    const client = async (random: SeededRandom, end: number) => {
      while (sent < end) {
        const delivery = deliveries[sent++ % deliveries.length]
        const status = await sendBody(
          { port: app.port, path: random.pick(paths), agent },
          hostileBody(random),
          random,
          delivery,
        )
        statuses.set(status, (statuses.get(status) ?? 0) + 1)
      }
    }
    const sendUntil = async (end: number) => {
      await Promise.all(randoms.map((random) => client(random, end)))
      await settled(app)
    }
    await sendUntil(bodyCount / 2)
    const before = process.memoryUsage().rss
    await sendUntil(bodyCount)
    agent.destroy()

    const wrong = [...statuses.keys()].filter((status) => status !== undefined && (status < 200 || status >= 500))
    expect(wrong).toEqual([])
    expect([...statuses.keys()]).toEqual(expect.arrayContaining([200, 400, 415, 422, undefined]))
    expect((await app.post('/exp', '{"x":0}')).text).toBe('{"y":1}')
    expect((await app.post('/exp', '{}')).status).toBe(422)
    expect(Object.keys(Object.prototype)).toEqual([])
    expect(process.memoryUsage().rss).toBeLessThan(before * 1.25)
  }, 900_000)
})

/** Until the server knows that the clients of unfinished requests are gone. */
async function settled(app: ServedApp): Promise<void> {
  for (let round = 0; round < 100; round++) {
    const slabs = await app.metric('cascade_slabs')
    if (slabs === 0) return
    await new Promise((resolve) => setTimeout(resolve, 20))
  }
  throw new Error('slabs are still in use')
}
