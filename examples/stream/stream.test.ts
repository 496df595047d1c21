import { afterAll, beforeAll, expect, test } from 'vitest'
import { ServedApp } from '../served-app.ts'

let app: ServedApp

beforeAll(async () => {
  app = await ServedApp.start(new URL('./app.ts', import.meta.url))
})
afterAll(() => app.stop())

async function open(body: unknown, signal?: AbortSignal): Promise<Response> {
  return await fetch(new URL('/tokens', app.url), {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify(body),
    signal: signal ?? null,
  })
}

test('a prompt is answered token by token', async () => {
  const response = await open({ text: 'one two three', pauseMs: 1 })

  expect(response.headers.get('content-type')).toBe('text/event-stream')
  expect(await response.text()).toBe(
    'data: {"token":"one","index":0}\n\ndata: {"token":"two","index":1}\n\ndata: {"token":"three","index":2}\n\n',
  )
})

test('prompts are answered side by side', async () => {
  const answers = await Promise.all(
    Array.from({ length: 20 }, async (_, index) => (await open({ text: `a b ${index}`, pauseMs: 5 })).text()),
  )

  for (const [index, answer] of answers.entries()) expect(answer).toContain(`{"token":"${index}","index":2}`)
})

test('a client that has read enough ends the generation', async () => {
  const leave = new AbortController()
  const response = await open({ text: 'word '.repeat(10_000), pauseMs: 1 }, leave.signal)
  await response.body?.getReader().read()

  leave.abort()
  for (let text = ''; !text.includes('cascade_inflight_batches{stage="tokens"} 0\n'); ) text = await app.metrics()
})

test('a prompt that is none is refused with a status', async () => {
  expect(await app.post('/tokens', { prompt: 'one' })).toMatchObject({
    status: 422,
    body: { error: { code: 'RECORD_INVALID' } },
  })
})
