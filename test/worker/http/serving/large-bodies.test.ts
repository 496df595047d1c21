import { once } from 'node:events'
import { monitorEventLoopDelay } from 'node:perf_hooks'
import { Worker } from 'node:worker_threads'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { columnCount } from '../../../apps/wide.ts'
import { testedKinds } from '../front-end/tested-kinds.ts'
import { ServedApp } from './served-app.ts'

describe.each(testedKinds)('large bodies over %s', (kind) => {
  let app: ServedApp

  beforeAll(async () => {
    app = await ServedApp.start(kind, 'wide.ts', { maxBodyBytes: 256 << 20 })
  })
  afterAll(() => app.stop())

  test('R056 50,000 records of 100 columns are parsed beside the thread that serves', async () => {
    const rowCount = 50_000
    const client = new Worker(new URL('./wide-client.js', import.meta.url), {
      workerData: { url: `${app.url}/sum`, rowCount, columnCount },
    })
    const [parseMs] = await once(client, 'message')
    const delays = monitorEventLoopDelay({ resolution: 1 })
    delays.enable()
    const [answer] = await once(client, 'message')
    delays.disable()
    await client.terminate()

    const offsets = (columnCount * (columnCount - 1)) / 2 / 128
    expect(answer).toMatchObject({
      status: 200,
      count: rowCount,
      first: offsets,
      last: ((rowCount - 1) % 97) * columnCount + offsets,
    })
    // On an idle machine nothing blocks for 50 ms, and parsing alone takes a second; a busy one slows both.
    expect(delays.max / 1e6).toBeLessThan(parseMs / 4)
  }, 120_000)

  test('a large body means the same as a small one', async () => {
    const record = { id: 1, small: -3, text: 'é"\n', flag: true, list: [1, 2.5] }
    const { flag: _, ...unflagged } = record
    const records = Array.from({ length: 10_000 }, (_, id) => (id % 2 === 0 ? { ...record, id } : { ...unflagged, id }))
    const texts = records.map((value) => JSON.stringify(value))

    const many = await app.post('/mixed', records)
    const asTexts = await app.post('/mixed', texts)
    const single = await app.post('/mixed', { ...record, text: 'x'.repeat(300_000) })
    const exact = await app.post(
      '/mixed',
      JSON.stringify({ ...record, text: 'x'.repeat(300_000) }).replace('"id":1', '"id":9007199254740993'),
    )

    const expected = records.map((value) => ({ ...unflagged, flag: null, ...value }))
    expect(many.body.predictions).toEqual(expected)
    expect(asTexts.body.predictions).toEqual(expected)
    expect(single.body.text).toBe('x'.repeat(300_000))
    expect(exact.body.id).toBe('9007199254740993')
  }, 60_000)

  test('a large body is refused as a small one', async () => {
    const good = { id: 1, small: 1, text: 'x'.repeat(100), list: [] }
    const records = Array.from({ length: 5000 }, (_, row) => (row === 4321 ? { ...good, small: 1.5 } : good))

    const invalid = await app.post('/mixed', records)
    const nulls = await app.post('/mixed-nulls', records)
    const malformed = await app.post('/mixed', `${JSON.stringify(records)}]`)
    const bytes = await app.post('/mixed', new Uint8Array(300_000).fill(0xff))

    expect([invalid.status, invalid.body.error.code]).toEqual([422, 'RECORD_INVALID'])
    expect(invalid.body.error.details.issues).toMatchObject([{ row: 4321, pointer: '/small' }])
    expect(nulls.body.predictions.map((value, row) => (value === null ? row : -1)).filter((row) => row >= 0)).toEqual([
      4321,
    ])
    expect([malformed.status, bytes.status]).toEqual([400, 400])
    expect(bytes.body.error.message).toBe('decoding error: the body is not UTF-8')
  }, 60_000)

  test('the columns of a large body without a schema are inferred', async () => {
    const records = Array.from({ length: 20_000 }, (_, id) => ({ id, text: `text ${id}`, half: id / 2 }))

    const { status, body } = await app.post('/loose', records)

    expect([status, body.predictions]).toEqual([200, records])
  }, 60_000)
})
