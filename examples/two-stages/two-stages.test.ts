import { afterAll, beforeAll, expect, test } from 'vitest'
import { ServedApp } from '../served-app.ts'
import { decode, score } from './app.ts'

let app: ServedApp

beforeAll(async () => {
  app = await ServedApp.start(new URL('./app.ts', import.meta.url))
})
afterAll(() => app.stop())

/** A second of a tone. */
function tone(amplitude: number): string {
  const samples = Int16Array.from({ length: 8000 }, (_, i) => amplitude * 32767 * Math.sin(i / 3))
  return Buffer.from(samples.buffer).toString('base64')
}

test('a record goes through both stages', async () => {
  const { status, body } = await app.post('/verdict', { audio: tone(0.5) })

  expect([status, body]).toEqual([200, { verdict: 'loud', seconds: 1 }])
})

test('many at once keep their answers apart', async () => {
  const amplitudes = Array.from({ length: 60 }, (_, i) => (i % 3 === 0 ? 0.9 : 0.01))

  const answers = await Promise.all(amplitudes.map((amplitude) => app.post('/verdict', { audio: tone(amplitude) })))

  expect(answers.map(({ body }) => body)).toEqual(
    amplitudes.map((amplitude) => ({ verdict: amplitude > 0.1 ? 'loud' : 'quiet', seconds: 1 })),
  )
})

test('what the first stage refuses never reaches the second, and the answer names the stage', async () => {
  const { status, body } = await app.post('/verdict', { audio: '' })

  expect(status).toBe(400)
  expect(body).toMatchObject({
    error: { message: 'bad request: there is no sample in the audio', details: { stage: 'decode' } },
  })
})

test('the stages answer in a script too, one behind the other', async () => {
  const sounds = await decode([{ audio: tone(0.5) }])

  expect(await score(sounds)).toEqual([{ verdict: 'loud', seconds: 1 }])
})
