import { symlink, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { afterAll, beforeAll, expect, test, vi } from 'vitest'
import { parseExposition, valueOf } from '../observe/parse-exposition.ts'
import { type Answer, ServedVariants } from './served-variants.ts'

/** Each test has a country of its own. */
let served: ServedVariants

beforeAll(async () => {
  served = await ServedVariants.start()
})
afterAll(() => served.stop())

/** In the order of `numbers`, `width` requests at a time. */
async function askAll(numbers: number, width: number, ask: (number: number) => Promise<Answer>): Promise<Answer[]> {
  const answers: Answer[] = []
  let next = 0
  const worker = async (): Promise<void> => {
    for (let number = next++; number < numbers; number = next++) answers[number] = await ask(number)
  }
  await Promise.all(Array.from({ length: width }, worker))
  return answers
}

test('R063 every variant answers its own requests, however they are interleaved', async () => {
  const regions = [
    ['US', 'US-CA'],
    ['US', 'US-NY'],
    ['GB', 'GB-ENG'],
  ]
  for (const [index, [country, region]] of regions.entries()) await served.put(`/${country}/${region}`, `${index}`)

  const answers = await askAll(1000, 50, (number) => {
    const [country, region] = regions[number % 3]
    return served.askOne(country, region)
  })

  expect(answers.filter(({ status }) => status !== 200)).toEqual([])
  expect(answers.every(({ body }, number) => body.value === number % 3)).toBe(true)
})

test('R064 the loader gets the path of the artifact in the store, in whatever order the parameters come', async () => {
  await served.put('/1/2', '12')

  const { status, body } = await served.ask('/two/2/of/1')

  expect(status).toBe(200)
  expect(body).toMatchObject({ value: 12, path: join(served.folder, 'models/1/2/artifacts/model') })
})

test('R066 no path leads out of the store, and none that tries to reaches the loader', async () => {
  await writeFile(join(served.folder, 'model'), '1')
  await served.put('/TR/TR-CA', '2')
  await symlink(served.folder, join(served.folder, 'models/TR/outside'))

  const wrong = ['..', '%2e%2e', '.', 'a%2fb', '%2Fetc', 'a%00', '..%2f..']
  const refused = await Promise.all(wrong.map((value) => served.ask(`/one/TR/${value}`)))
  const absent = await Promise.all(
    ['outside', 'TR-TX', '...', '%252e%252e'].map((value) => served.ask(`/one/TR/${value}`)),
  )

  expect(refused.map(({ status, code }) => [status, code])).toEqual(wrong.map(() => [400, 'PARAMETER_INVALID']))
  expect(absent.map(({ status, code }) => [status, code])).toEqual(absent.map(() => [404, 'MODEL_NOT_FOUND']))
  expect(await served.loads('TR')).toEqual([])
})

test('R067 a model is loaded on demand, once in a thread, however many requests wait for it', async () => {
  await served.put('/DE/DE-CA', '1 200')

  const one = await askAll(100, 100, () => served.askOne('DE', 'DE-CA'))
  const loadsOfOne = await served.loads('DE')
  const two = await askAll(100, 100, () => served.askTwo('DE', 'DE-CA'))
  const loadsOfTwo = (await served.loads('DE')).slice(1)

  expect([...one, ...two].every(({ status, body }) => status === 200 && body.value === 1)).toBe(true)
  expect(loadsOfOne).toHaveLength(1)
  expect(new Set(loadsOfTwo).size).toBe(loadsOfTwo.length)
  expect(loadsOfTwo.length).toBeLessThanOrEqual(2)
})

test('R068 a model that is missing is 404, and is found once it is there', async () => {
  expect(await served.askOne('FR', 'FR-CA')).toMatchObject({
    status: 404,
    code: 'MODEL_NOT_FOUND',
    message: 'there is no model for country "FR", region "FR-CA"',
  })

  await served.put('/FR/FR-CA', '7')

  await vi.waitFor(async () => expect(await served.askOne('FR', 'FR-CA')).toMatchObject({ status: 200 }), {
    timeout: 5000,
    interval: 20,
  })
})

test('R031 no batch holds rows of two models', async () => {
  await served.put('/MX/MX-CA', '0')
  await served.put('/MX/MX-NY', '1')

  const answers = await askAll(10_000, 100, (number) => served.askTwo('MX', number % 2 === 0 ? 'MX-CA' : 'MX-NY'))

  const wrong = answers.filter(
    ({ status, body }, number) => status !== 200 || body.value !== number % 2 || body.strangers > 0,
  )
  expect(wrong).toEqual([])
})

test('R032 while one model is loaded, the others go on answering', async () => {
  await served.put('/SE/warm', '1')
  await served.put('/SE/cold', '2 1500')
  await served.askTwo('SE', 'warm')
  let slowestMs = 0
  let answeredMeanwhile = 0
  let isLoaded = false

  const cold = served.askTwo('SE', 'cold').finally(() => (isLoaded = true))
  while (!isLoaded) {
    const sentAtMs = performance.now()
    expect(await served.askTwo('SE', 'warm')).toMatchObject({ status: 200, body: { value: 1 } })
    slowestMs = Math.max(slowestMs, performance.now() - sentAtMs)
    answeredMeanwhile++
  }

  expect(await cold).toMatchObject({ status: 200, body: { value: 2 } })
  expect(slowestMs).toBeLessThan(750)
  expect(answeredMeanwhile).toBeGreaterThan(20)
})

test('rows that have waited longer than their model takes to load get a second thread', async () => {
  await served.put('/IT/slow', '1 100 1000')
  await served.askTwo('IT', 'slow')

  const first = served.askTwo('IT', 'slow')
  await vi.waitFor(async () => expect(await served.inFlightBatches('two')).toBe(1), { timeout: 800, interval: 5 })
  const second = served.askTwo('IT', 'slow')

  const slots = (await Promise.all([first, second])).map(({ body }) => body.slot)
  expect(new Set(slots)).toEqual(new Set([1, 2]))
})

test('a model that cannot be loaded is 503, says why but not where it lies, and harms no other', async () => {
  await served.put('/PL/broken', 'nothing')
  await served.put('/PL/whole', '3')

  const [broken, whole] = await Promise.all([served.askOne('PL', 'broken'), served.askOne('PL', 'whole')])

  expect(broken).toMatchObject({
    status: 503,
    code: 'MODEL_LOAD_FAILED',
    message: 'the model "/PL/broken/artifacts/model" could not be loaded: no number in /PL/broken/artifacts/model',
  })
  expect(whole).toMatchObject({ status: 200, body: { value: 3 } })
  expect(broken.message).not.toContain(served.folder)
})

test('R103 hits, misses, loads and what they took, entries and bytes of the cache are in /metrics', async () => {
  await served.put('/NO/first', '1 20')
  const before = parseExposition(await served.metrics())
  for (let number = 0; number < 3; number++) await served.askOne('NO', 'first')
  const after = parseExposition(await served.metrics())
  const grown = (name: string, labels = {}) => {
    const [now, then] = [after, before].map((families) => valueOf(families, name, { stage: 'one', ...labels }))
    return now - then
  }

  expect([grown('cascade_model_misses_total'), grown('cascade_model_hits_total')]).toEqual([1, 2])
  expect(grown('cascade_model_loads_total', { result: 'loaded' })).toBe(1)
  expect(grown('cascade_model_load_seconds_count')).toBe(1)
  expect(grown('cascade_model_load_seconds_sum')).toBeGreaterThan(0.019)
  expect(grown('cascade_model_entries')).toBe(1)
  expect(grown('cascade_model_bytes')).toBe(4)
  expect(grown('cascade_model_evictions_total')).toBe(0)
  const model = '/NO/first/artifacts/model'
  expect(valueOf(after, 'cascade_model_rows_total', { stage: 'one', model })).toBe(3)
  const labels = { endpoint: '/one/{country}/{region}', model, status: '200' }
  expect(valueOf(after, 'cascade_request_seconds_count', { ...labels, phase: 'total' })).toBe(3)
  expect(valueOf(after, 'cascade_request_seconds_count', { ...labels, phase: 'model' })).toBe(1)
  expect(valueOf(after, 'cascade_model_refresh_errors_total', { endpoint: labels.endpoint })).toBe(0)
})
