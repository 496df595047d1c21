import { afterAll, beforeAll, describe, expect, test, vi } from 'vitest'
import { testedKinds } from '../http/front-end/tested-kinds.ts'
import { ServedApp } from '../http/serving/served-app.ts'
import { type Family, parseExposition, samplesOf, valueOf } from './parse-exposition.ts'

const parts = ['parse', 'model', 'stages', 'queue', 'handler', 'transit', 'serialize']

async function scrape(app: ServedApp): Promise<ReadonlyMap<string, Family>> {
  const { text } = await app.get('/metrics')
  return parseExposition(text)
}

describe.each(testedKinds)('metrics over %s', (kind) => {
  let app: ServedApp

  beforeAll(async () => {
    app = await ServedApp.start(kind, 'observed.ts', { mosecNamespace: 'mosec_service' })
  })
  afterAll(() => app.stop())

  test('M4 C93 /metrics answers the text format, as a strict reader takes it', async () => {
    const { status, headers, text } = await app.get('/metrics')

    expect([status, headers.get('content-type')]).toEqual([200, 'text/plain; version=0.0.4; charset=utf-8'])
    expect(parseExposition(text).size).toBeGreaterThan(20)
  })

  test('R099 the parts of a request add up to its total, and its quantiles are those that were measured', async () => {
    const millis = Array.from({ length: 40 }, (_, index) => 2 + (index % 8) * 3)
    for (const x of millis) expect((await app.post('/work', { x })).status).toBe(200)

    const families = await scrape(app)
    const labels = { endpoint: '/work', model: '', stage: 'work', status: '200' }
    const sumOf = (phase: string) =>
      samplesOf(families, 'cascade_request_seconds_sum', { ...labels, phase }).reduce(
        (sum, { value }) => sum + value,
        0,
      )
    const total = sumOf('total')
    const sum = parts.reduce((seconds, phase) => seconds + sumOf(phase), 0)
    const worked = millis.reduce((ms, x) => ms + x, 0) / 1000

    expect(Math.abs(sum / total - 1)).toBeLessThan(0.05)
    expect(sumOf('handler')).toBeGreaterThanOrEqual(worked)
    expect(total).toBeGreaterThan(sumOf('handler'))
    expect(valueOf(families, 'cascade_request_seconds_count', { ...labels, phase: 'total' })).toBe(40)
    const p95 = valueOf(families, 'cascade_request_quantile_seconds', { ...labels, quantile: '0.95' })
    expect(p95).toBeGreaterThan(0.0225)
  })

  test('R099 an array that is written long has its writing told apart', async () => {
    const records = Array.from({ length: 3000 }, () => ({ x: 0 }))
    const { status } = await app.post('/traced', records)
    const families = await scrape(app)

    expect(status).toBe(200)
    const labels = { endpoint: '/traced', status: '200' }
    for (const phase of ['parse', 'serialize']) {
      expect(valueOf(families, 'cascade_request_seconds_sum', { ...labels, phase })).toBeGreaterThan(0)
    }
  })

  test('M126 answers are counted by status and endpoint, refusals and empty bodies too', async () => {
    const before = await scrape(app)
    const answers = [
      await app.post('/work', ''),
      await app.post('/work', { y: 1 }),
      await app.post('/work', `{"x":1,"pad":"${'x'.repeat(2000)}"}`),
      await app.post('/work', { x: -1 }),
      await app.get('/nowhere'),
      await app.get('/work'),
    ]
    const after = await scrape(app)
    const grown = (endpoint: string, status: number) => {
      const counts = [after, before].map((families) =>
        samplesOf(families, 'cascade_answers_total', { endpoint, status: String(status) }).reduce(
          (sum, { value }) => sum + value,
          0,
        ),
      )
      return counts[0] - counts[1]
    }

    expect(answers.map(({ status }) => status)).toEqual([400, 422, 413, 500, 404, 405])
    expect([400, 422, 413, 500].map((status) => grown('/work', status))).toEqual([1, 1, 1, 1])
    expect(valueOf(after, 'cascade_availability_ratio', { endpoint: '/work' })).toBeLessThan(1)
    expect([404, 405].map((status) => grown('', status))).toEqual([1, 1])
    expect(valueOf(after, 'cascade_errors_total', { endpoint: '/work', code: 'BODY_TOO_LARGE' })).toBeGreaterThan(0)
    const failed = { endpoint: '/work', status: '422', phase: 'total' }
    expect(valueOf(after, 'cascade_request_seconds_count', failed)).toBeGreaterThan(0)
    expect(valueOf(after, 'cascade_inflight_requests', { endpoint: '/work' })).toBe(0)
  })

  test('M126 where middleware answers, what clients saw is counted', async () => {
    const answers = [await app.post('/wrapped', { x: 1 }), await app.post('/wrapped', { y: 1 })]
    const families = await scrape(app)
    const counted = samplesOf(families, 'cascade_answers_total', { endpoint: '/wrapped' })

    expect(answers.map(({ status }) => status)).toEqual([203, 422])
    expect(counted.map(({ labels, value }) => [labels.status, value])).toEqual([
      ['203', 1],
      ['422', 1],
    ])
    expect(valueOf(families, 'cascade_inflight_requests', { endpoint: '/wrapped' })).toBe(0)
  })

  test('a request whose rows were parted by a batch key is timed once', async () => {
    const { status } = await app.post('/sorted', [{ x: 1 }, { x: -1 }, { x: 2 }])
    const families = await scrape(app)
    const labels = { endpoint: '/sorted', status: '200', phase: 'total' }

    expect(status).toBe(200)
    expect(valueOf(families, 'cascade_request_seconds_count', labels)).toBe(1)
  })

  test('M127 M130 what is in flight and what waits can be seen while it is', async () => {
    const slow = Array.from({ length: 6 }, () => app.post('/work', { x: 300 }))
    await new Promise((resolve) => setTimeout(resolve, 100))
    const during = await scrape(app)
    await Promise.all(slow)
    const after = await scrape(app)

    expect(valueOf(during, 'cascade_inflight_requests', { endpoint: '/work' })).toBe(6)
    expect(valueOf(during, 'mosec_service_remaining_task')).toBe(6)
    expect(valueOf(during, 'cascade_inflight_batches', { stage: 'work' })).toBeGreaterThan(0)
    expect(valueOf(during, 'cascade_memory_used_bytes')).toBeGreaterThan(0)
    expect(valueOf(after, 'cascade_inflight_requests', { endpoint: '/work' })).toBe(0)
    expect(valueOf(after, 'cascade_memory_used_bytes')).toBe(0)
    expect(valueOf(after, 'cascade_event_loop_lag_seconds_count')).toBeGreaterThan(0)
    expect(valueOf(after, 'cascade_queue_rows', { stage: 'work' })).toBe(0)
    expect(valueOf(after, 'cascade_stage_seconds_count', { stage: 'work', phase: 'wait' })).toBeGreaterThan(0)
  })

  test('R103 each thread tells how busy it was and what its heap holds', async () => {
    await app.post('/work', { x: 60 })
    const families = await scrape(app)
    const slots = samplesOf(families, 'cascade_thread_active_seconds_total', { stage: 'work' })

    expect(slots.map(({ labels }) => labels.slot)).toEqual(['1', '2'])
    expect(slots.reduce((sum, { value }) => sum + value, 0)).toBeGreaterThan(0.05)
    const heaps = samplesOf(families, 'cascade_thread_heap_bytes', { stage: 'work' }).map(({ value }) => value)
    expect(Math.max(...heaps)).toBeGreaterThan(1e6)
  })

  test('M129 a thread that is replaced keeps its series, and says why it went', async () => {
    await app.post('/fragile', { x: 1 })
    const lost = await app.post('/fragile', { x: 2 })
    const next = await app.post('/fragile', { x: 1 })
    const families = await scrape(app)

    expect([lost.status, next.status]).toEqual([503, 200])
    const restarts = samplesOf(families, 'cascade_worker_restarts_total', { stage: 'fragile' })
    expect(restarts.map(({ labels, value }) => [labels.slot, labels.reason, value])).toEqual([['1', 'lost', 1]])
    const threads = samplesOf(families, 'cascade_thread_heap_bytes', { stage: 'fragile' })
    expect(threads.map(({ labels }) => labels.slot)).toEqual(['1'])
    expect(valueOf(families, 'survived_total', { stage: 'fragile' })).toBe(3)
  })

  test('M131 what handlers count is in /metrics, over all threads', async () => {
    const xs = Array.from({ length: 20 }, (_, index) => index - 5)
    const answers = await Promise.all(xs.map((x) => app.post('/counting', { x })))
    const families = await scrape(app)

    expect(answers.every(({ status }) => status === 200)).toBe(true)
    expect(valueOf(families, 'seen_rows_total', { stage: 'counting', sign: 'minus' })).toBe(5)
    expect(valueOf(families, 'seen_rows_total', { stage: 'counting', sign: 'plus "or" zero' })).toBe(15)
    expect(valueOf(families, 'x_values_count', { stage: 'counting' })).toBe(20)
    expect(valueOf(families, 'x_values_bucket', { stage: 'counting', le: '8' })).toBe(14)
    expect(families.get('last_x')?.samples.length).toBeGreaterThan(0)
  })

  test('M131 a handler counts wherever it runs, and what a lost process had told goes on', async () => {
    await app.post('/inline', { x: 1 })
    for (const x of [1, 1, 1]) await app.post('/apart', { x })
    await vi.waitFor(async () => expect(valueOf(await scrape(app), 'apart_rows_total')).toBe(3), { timeout: 10_000 })
    const lost = await app.post('/apart', { x: 2 })
    await app.post('/apart', { x: 1 })

    expect(lost.status).toBe(503)
    await vi.waitFor(async () => expect(valueOf(await scrape(app), 'apart_rows_total')).toBe(4), { timeout: 10_000 })
    const families = await scrape(app)
    expect(valueOf(families, 'inline_rows_total', { stage: 'inline' })).toBe(1)
    expect(samplesOf(families, 'cascade_worker_restarts_total', { stage: 'apart' })).toHaveLength(1)
  })

  test('the parts of a request through two stages add up to its total too', async () => {
    for (let number = 0; number < 10; number++) await app.post('/both', { x: 10 })
    const families = await scrape(app)
    const labels = { endpoint: '/both', status: '200', stage: 'before>behind' }
    const sumOf = (phase: string) =>
      samplesOf(families, 'cascade_request_seconds_sum', { ...labels, phase }).reduce(
        (sum, { value }) => sum + value,
        0,
      )

    expect(Math.abs(parts.reduce((sum, phase) => sum + sumOf(phase), 0) / sumOf('total') - 1)).toBeLessThan(0.05)
    expect(sumOf('stages')).toBeGreaterThanOrEqual(0.1)
    expect(valueOf(families, 'cascade_stage_seconds_count', { stage: 'before', phase: 'handler' })).toBe(10)
  })

  test('a metric that cannot be is the handler’s error, and its words are in the log', async () => {
    const wrong = await app.post('/declaring', { kind: 'counter', name: 'Not-A-Name' })
    const first = await app.post('/declaring', { kind: 'counter', name: 'declared_total' })
    const other = await app.post('/declaring', { kind: 'gauge', name: 'declared_total' })
    const log = JSON.stringify(await app.log())

    expect([wrong, first, other].map(({ status }) => status)).toEqual([500, 200, 500])
    expect(wrong.body.error.code).toBe('HANDLER_ERROR')
    expect(log).toContain('Not-A-Name')
    expect(log).toContain('is a counter, it cannot be a gauge too')
  })

  test('R042 each batch is a line for who debugs: rows, requests, wait, and in the metrics', async () => {
    await app.post('/traced', [{ x: 1 }, { x: 2 }])
    const lines = (await app.log()).filter(({ event, stage }) => event === 'batchServed' && stage === 'traced')
    const families = await scrape(app)

    expect(lines.at(-1)).toMatchObject({
      level: 'debug',
      msg: 'Batch served.',
      rowCount: 2,
      requestCount: 1,
      waitMs: expect.any(Number),
      handlerMs: expect.any(Number),
    })
    expect(valueOf(families, 'cascade_batch_requests_count', { stage: 'traced' })).toBe(lines.length)
  })
})

test('R100 failures of one request in a hundred are told as one in a hundred', async () => {
  const app = await ServedApp.start('uws', 'observed.ts', { logLevel: 'silent' })
  let next = 0
  const ask = async () => {
    for (let number = next++; number < 10_000; number = next++) {
      await app.post('/work', { x: number % 100 === 0 ? -1 : 0 })
    }
  }
  await Promise.all(Array.from({ length: 32 }, ask))
  const families = await scrape(app)
  await app.stop()

  const ratio = valueOf(families, 'cascade_availability_ratio', { endpoint: '/work' })
  expect(Math.abs(1 - ratio - 0.01)).toBeLessThan(0.001)
  expect(valueOf(families, 'cascade_answers_total', { endpoint: '/work', status: '500' })).toBe(100)
}, 60_000)
