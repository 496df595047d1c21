import { writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { afterAll, beforeAll, expect, test, vi } from 'vitest'
import { ServedCache } from './served-cache.ts'

const cache = await ServedCache.create()

beforeAll(async () => {
  for (const name of ['a', 'b', 'c']) {
    await cache.put('few', name, `text ${name}`)
    await cache.put('small', name, `10 bytes ${name}`)
  }
  await cache.put('small', 'huge', 'much longer than the whole cache')
  // The newest are the last ones; the second newest is corrupt.
  for (let number = 0; number < 1000; number++) {
    await cache.put('many', `m${number}`, number === 998 ? 'corrupt' : `text ${number}`, 1_700_000_000 + number)
  }
  await cache.start('cached.ts')
}, 60_000)
afterAll(() => cache.stop())

test('R072 the newest of a thousand artifacts are loaded before the first request, and a corrupt one is left out', async () => {
  const newest = [999, ...Array.from({ length: 9 }, (_, index) => 997 - index)].map((number) => `m${number}`)
  const prefetched = (await cache.events('load eager')).map((line) => line.split(' ')[3])

  expect(new Set(prefetched)).toEqual(new Set([...newest, 'm998']))
  expect(prefetched).toHaveLength(11)
  for (const name of newest) {
    const { status, body } = await cache.ask(`/eager/${name}`)
    expect([status, body.text]).toEqual([200, `text ${name.slice(1)}`])
  }
  expect(await cache.events('load eager')).toHaveLength(11)
  expect(await cache.app.log()).toContainEqual(
    expect.objectContaining({ event: 'modelsPrefetched', endpoint: '/eager/{name}', found: 1000, loaded: 10 }),
  )
})

test('R072 with affinity a model is loaded by the thread that calls for it run in, and by no other', async () => {
  const loads = (await cache.events('load settled')).map((line) => line.split(' '))
  const loaded = loads.map(([, , , name]) => name).filter((name) => name !== 'm998')

  for (const name of loaded) expect(await cache.ask(`/settled/${name}`)).toMatchObject({ status: 200 })

  expect(new Set(loaded)).toEqual(
    new Set(Array.from({ length: 11 }, (_, index) => `m${999 - index}`).filter((name) => name !== 'm998')),
  )
  expect(new Set(loads.map(([, , slot]) => slot)).size).toBeGreaterThan(1)
  expect(await cache.events('load settled')).toHaveLength(11)
})

test('R072 without prefetch nothing is loaded before a request asks for it', async () => {
  expect(await cache.events('load lazy')).toEqual([])

  expect(await cache.ask('/lazy/m1')).toMatchObject({ status: 200 })

  expect(await cache.events('load lazy')).toEqual(['load lazy 1 m1'])
})

test('R073 a store that does not exist costs its own endpoint, and no other', async () => {
  const homeless = await cache.ask('/homeless/a')
  const other = await cache.app.post('/exp', { x: 0 })

  expect([homeless.status, homeless.body.error.code]).toEqual([404, 'MODEL_NOT_FOUND'])
  expect([other.status, other.text]).toEqual([200, '{"y":1}'])
})

test('R070 the model used longest ago makes room, once its batch is over, and is loaded again when it is wanted', async () => {
  const ask = async (name: string, waitMs = 0) => {
    const { status, body } = await cache.ask(`/few/${name}`, waitMs)
    expect([status, body.text]).toEqual([200, `text ${name}`])
  }
  const loads = async () => (await cache.events('load few')).map((line) => line.split(' ')[3])

  for (const name of ['a', 'b', 'a', 'c']) await ask(name)
  expect(await cache.events('dispose b')).toEqual(['dispose b text b 0'])
  expect(await loads()).toEqual(['a', 'b', 'c'])

  await ask('b')
  expect(await loads()).toEqual(['a', 'b', 'c', 'b'])
  expect(await cache.events('dispose a')).toEqual(['dispose a text a 0'])

  // While a batch of b runs, a and c are wanted: b, which nothing waits for, has to go, and goes after its batch.
  const slow = ask('b', 300)
  await vi.waitFor(async () => expect((await cache.events('run few b')).length).toBe(3), { interval: 10 })
  await Promise.all([slow, ask('c'), ask('a')])
  expect(await cache.events('dispose b')).toEqual(['dispose b text b 0', 'dispose b text b 0'])
  expect(await cache.events('dispose c')).toEqual([])
})

test('R071 the bytes of the artifacts may be bounded in place of their number', async () => {
  for (const name of ['a', 'b', 'a', 'c', 'b']) expect((await cache.ask(`/small/${name}`)).status).toBe(200)
  const huge = await cache.ask('/small/huge')

  const loads = (await cache.events('load small')).map((line) => line.split(' ')[3])
  expect(loads).toEqual(['a', 'b', 'c', 'b'])
  expect([huge.status, huge.body.error.message]).toEqual([503, 'the model "/huge" has 32 bytes, the cache takes 25'])
})

test('R069 a model that cannot be loaded is 503 with the reason, tried again later, and harms no other', async () => {
  await cache.put('fragile', 'broken', 'corrupt')
  await cache.put('fragile', 'whole', 'sound')

  const [broken, whole] = await Promise.all([cache.ask('/fragile/broken'), cache.ask('/fragile/whole')])
  const again = await cache.ask('/fragile/broken')

  expect([broken.status, broken.body.error.code, broken.body.error.message]).toEqual([
    503,
    'MODEL_LOAD_FAILED',
    'the model "/broken" could not be loaded: the text is corrupt',
  ])
  expect([whole.status, again.status]).toEqual([200, 503])
  // The second request came too soon for another try.
  expect(await cache.events('load fragile 1 broken')).toHaveLength(1)

  await cache.put('fragile', 'broken', 'repaired')
  await vi.waitFor(async () => expect((await cache.ask('/fragile/broken')).body.text).toBe('repaired'), {
    timeout: 5000,
    interval: 50,
  })
  expect(await cache.events('load fragile 1 broken')).toHaveLength(2)
})

test('M82 a model is loaded once in a thread, not for each request', async () => {
  await cache.put('fragile', 'once', 'loaded once')

  const answers = await Promise.all(Array.from({ length: 300 }, () => cache.ask('/fragile/once')))

  expect(answers.every(({ status }) => status === 200)).toBe(true)
  expect(await cache.events('load fragile 1 once')).toHaveLength(1)
})

test('a newer version is loaded by one thread after another while the older one answers, and only then serves', async () => {
  await cache.put('renewed', 'm', 'first')
  const ask = async () => (await cache.ask('/renewed/m')).body.text
  expect(await ask()).toBe('first')
  // Rows that wait for longer than the load took bring the other thread to it.
  const slow = cache.ask('/renewed/m', 300)
  await vi.waitFor(async () => expect(await cache.events('run renewed')).toHaveLength(2), { interval: 5 })
  await Promise.all([slow, ask()])
  expect(await cache.events('load renewed')).toHaveLength(2)

  await cache.put('renewed', 'm', 'wait second')
  await vi.waitFor(
    async () => {
      expect(await ask()).toBe('first')
      expect(await cache.events('load renewed')).toHaveLength(3)
    },
    { timeout: 5000, interval: 10 },
  )
  // The load goes on until the test lets it end: every answer meanwhile comes from the other thread.
  const meanwhile = await Promise.all(Array.from({ length: 50 }, ask))
  expect(new Set(meanwhile)).toEqual(new Set(['first']))
  expect(await cache.events('dispose m')).toEqual([])

  await writeFile(join(cache.folder, 'go'), '')
  await vi.waitFor(async () => expect(await ask()).toBe('wait second'), { timeout: 5000, interval: 10 })
  const later = await Promise.all(Array.from({ length: 50 }, ask))
  expect(new Set(later)).toEqual(new Set(['wait second']))
  expect(await cache.events('load renewed')).toHaveLength(4)
  await vi.waitFor(async () => expect(await cache.events('dispose m')).toHaveLength(2))
  expect(await cache.events('dispose m')).toEqual(['dispose m first 0', 'dispose m first 0'])
})
