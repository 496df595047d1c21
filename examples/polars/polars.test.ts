import { afterAll, beforeAll, expect, test } from 'vitest'
import { ServedApp } from '../served-app.ts'

let app: ServedApp

beforeAll(async () => {
  app = await ServedApp.start(new URL('./app.ts', import.meta.url))
})
afterAll(() => app.stop())

test('a frame goes in and a frame with other columns comes out', async () => {
  const { status, body } = await app.post('/fares', [
    { km: 12, minutes: 30, night: false },
    { km: 4, minutes: 10, night: true },
  ])

  expect(status).toBe(200)
  expect(body).toEqual({
    id: expect.any(String),
    predictions: [
      { fare: 35.3, speed: 24, tariff: 'day' },
      { fare: 16.7, speed: 24, tariff: 'night' },
    ],
  })
})

test('every request gets its own rows back, whatever shares its frame', async () => {
  const trips = Array.from({ length: 200 }, (_, index) => ({ km: index, minutes: 60, night: index % 2 === 0 }))

  const answers = await Promise.all(trips.map((trip) => app.post('/fares', trip)))

  const expected = trips.map(({ km, night }) => ({ speed: expect.closeTo(km, 9), tariff: night ? 'night' : 'day' }))
  expect(answers.map(({ body }) => body)).toMatchObject(expected)
})

test('what the schema does not allow never reaches the frame', async () => {
  const { status, body } = await app.post('/fares', { km: 1, minutes: 0, night: false })

  expect(status).toBe(422)
  expect(body).toMatchObject({ error: { details: { issues: [{ pointer: '/minutes' }] } } })
})
