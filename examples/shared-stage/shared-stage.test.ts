import { afterAll, beforeAll, expect, test } from 'vitest'
import { ServedApp } from '../served-app.ts'

let app: ServedApp

beforeAll(async () => {
  app = await ServedApp.start(new URL('./app.ts', import.meta.url))
})
afterAll(() => app.stop())

test('the shared stage is the whole of one route', async () => {
  const { body } = await app.post('/embeddings', { text: 'aab' })

  expect(body).toEqual({ vector: [2 / 3, 1 / 3, ...new Array<number>(24).fill(0)] })
})

test('and the first half of another', async () => {
  const english = await app.post('/language', { text: 'the quick brown fox jumps over the lazy dog' })
  const german = await app.post('/language', { text: 'ich gehe heute gerne in den neuen Garten' })

  expect([english.body, german.body]).toEqual([{ language: 'en' }, { language: 'de' }])
})

test('it is one stage with one set of threads, whatever the route', async () => {
  await Promise.all(
    Array.from({ length: 20 }, (_, i) => app.post(i % 2 ? '/language' : '/embeddings', { text: 'hello' })),
  )

  const metrics = await app.metrics()

  expect(metrics).toMatch(/^cascade_serving_threads\{stage="embed"\} 2$/m)
})
