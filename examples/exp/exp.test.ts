import { afterAll, beforeAll, expect, test } from 'vitest'
import { ServedApp } from '../served-app.ts'
import { exp } from './app.ts'

let app: ServedApp

beforeAll(async () => {
  app = await ServedApp.start(new URL('./app.ts', import.meta.url))
})
afterAll(() => app.stop())

test('one record is answered by one record', async () => {
  expect(await app.post('/inference', { x: 2 })).toMatchObject({ status: 200, body: { y: 7.38905609893065 } })
})

test('an array of records is answered by an array of predictions in the same order', async () => {
  const { body } = await app.post('/inference', [{ x: 0 }, { x: 1 }, { x: 2 }])

  expect(body).toEqual({ id: expect.any(String), predictions: [1, Math.E, 7.38905609893065] })
})

test('a record without x is refused by name', async () => {
  const { status, body } = await app.post('/inference', { input: 2 })

  expect(status).toBe(422)
  expect(body).toMatchObject({
    error: { code: 'RECORD_INVALID', details: { issues: [{ row: 0, pointer: '/x', rule: 'required' }] } },
  })
})

test('the same stage answers in a script, without a server', async () => {
  expect(await exp([{ x: 2 }])).toEqual([{ y: 7.38905609893065 }])
})

test('it ends by itself when it is asked to', async () => {
  const own = await ServedApp.start(new URL('./app.ts', import.meta.url))

  expect(await own.stop()).toBe(0)
})
