import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { invoke } from '@redesmyn/cascade'
import { afterEach, expect, test } from 'vitest'
import { ServedApp } from '../served-app.ts'
import { appraise, estimate, factsToHome, read } from './app.ts'

const app = new URL('./app.ts', import.meta.url)
const adverts = [
  { text: 'Bright flat, 861 square feet, 3 rooms, near the park.' },
  { text: 'House of 1,722 square feet and 5 rooms with a large garden.' },
]
const prices = [{ euros: 218_975 }, { euros: 458_950 }]
const opened: { stop(): Promise<unknown> }[] = []

afterEach(async () => {
  for (const one of opened.splice(0).toReversed()) await one.stop()
})

async function start(flags: readonly string[] = []): Promise<ServedApp> {
  const served = await ServedApp.start(app, flags)
  opened.push(served)
  return served
}

test('what one service finds in a text, the other makes a price of', async () => {
  expect(await appraise(adverts)).toEqual(prices)
})

test('the same comes of calling one, the map and the other by hand', async () => {
  expect(await invoke(estimate, await invoke(factsToHome, await invoke(read, adverts)))).toEqual(prices)
})

test('it is served, and an advert without a size is refused by the service that reads', async () => {
  const served = await start()

  const whole = await served.post('/appraise', adverts)
  const refused = await served.post('/appraise', { text: 'A cosy place.' })

  expect(whole.body).toMatchObject({ predictions: prices.map(({ euros }) => euros) })
  expect(refused).toMatchObject({ status: 400, body: { error: { details: { stage: 'read' } } } })
})

test('the estimator can be a process of its own, with the same answers', async () => {
  const folder = await mkdtemp(join(tmpdir(), 'redesmyn-handoff-'))
  opened.push({ stop: () => rm(folder, { recursive: true }) })
  const socket = join(folder, 'estimate.sock')
  await start(['--stage', 'estimate', '--listen', `unix:${socket}`])
  const served = await start(['--place', `estimate=app:${socket}`])

  const { body } = await served.post('/appraise', adverts)

  expect(body).toMatchObject({ predictions: prices.map(({ euros }) => euros) })
})
