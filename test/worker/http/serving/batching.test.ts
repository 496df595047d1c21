import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { testedKinds } from '../front-end/tested-kinds.ts'
import { ManyConnections } from './many-connections.ts'
import { ServedApp } from './served-app.ts'

describe.each(testedKinds)('batches over %s', (kind) => {
  let app: ServedApp

  beforeAll(async () => {
    app = await ServedApp.start(kind, 'batching.ts')
  })
  afterAll(() => app.stop())

  const calls = (stage: string) => app.metric(`cascade_batch_rows_count{stage="${stage}"}`)

  test('R010 where a call has a fixed cost, 64 clients need a twentieth of the calls with batching', async () => {
    const clients = new ManyConnections(app.port, 64)
    const [before, beforeAlone] = [await calls('together'), await calls('alone')]

    const batched = await Promise.all(
      Array.from({ length: 64 }, async (_, client) => {
        for (let x = 0; x < 10; x++) {
          expect(await clients.post('/together', { x: client + x })).toEqual({
            status: 200,
            text: `{"y":${client + x}}`,
          })
        }
        return 10
      }),
    )
    const single = await Promise.all(Array.from({ length: 64 }, (_, x) => clients.post('/alone', { x })))
    clients.close()

    const rows = batched.reduce((sum, count) => sum + count, 0)
    const rowsPerCall = rows / ((await calls('together')) - before)
    expect((await calls('alone')) - beforeAlone).toBe(single.length)
    expect(rowsPerCall).toBeGreaterThanOrEqual(20)
  })

  test('M51 a thousand connections are all answered', async () => {
    const clients = new ManyConnections(app.port, 1000)

    const answers = []
    for (let round = 0; round < 3; round++) {
      answers.push(...(await Promise.all(Array.from({ length: 1000 }, (_, x) => clients.post('/plain', { x })))))
    }
    const { opened } = clients
    clients.close()

    expect(answers.map(({ text }) => text)).toEqual(Array.from({ length: 3000 }, (_, x) => `{"y":${x % 1000}}`))
    expect(opened).toBeGreaterThanOrEqual(1000)
  })

  test('R035 tensors of one shape share a batch, others run apart, and each row gets its own answer', async () => {
    const tensorOf = (rows: number, columns: number) => Array.from({ length: rows }, () => new Array(columns).fill(1))
    const body = (name: string, rows: number, columns: number) => ({ name, tensor: tensorOf(rows, columns) })
    const requests = [
      [body('a', 2, 3), body('b', 2, 3)],
      [body('c', 3, 2)],
      [body('d', 2, 3)],
      [body('e', 3, 2), body('f', 1, 0), body('g', 3, 2), body('h', 2, 3)],
    ]

    const answers = await Promise.all(requests.map((records) => app.post('/shaped', records)))

    const predictions = answers.flatMap((answer) => answer.body.predictions as { own: string; seen: string }[])
    expect(predictions.map(({ own }) => own)).toEqual([
      'a 2x3+3',
      'b 2x3+3',
      'c 3x2+2+2',
      'd 2x3+3',
      'e 3x2+2+2',
      'f 1x0',
      'g 3x2+2+2',
      'h 2x3+3',
    ])
    for (const { own, seen } of predictions) expect(new Set(seen.split(' '))).toEqual(new Set([own.split(' ')[1]]))
    expect(predictions.map(({ seen }) => seen.split(' ').length)).toEqual([4, 4, 3, 4, 3, 1, 3, 4])
  })

  test('R035 lists of unequal lengths within a row make a shape of their own', async () => {
    const records = [
      [[1], [1, 2]],
      [[1, 2], [1]],
      [[1], [2, 3]],
    ].map((tensor, row) => ({ name: `${row}`, tensor }))

    const { body } = await app.post('/shaped', records)

    expect(body.predictions).toEqual([
      { own: '0 2x1+2', seen: '2x1+2 2x1+2' },
      { own: '1 2x2+1', seen: '2x2+1' },
      { own: '2 2x1+2', seen: '2x1+2 2x1+2' },
    ])
  })

  test('M67 rows for which a function gives other keys never meet, also of one request', async () => {
    const rows = [
      { tenant: 'a', length: 5 },
      { tenant: 'b', length: 5 },
      { tenant: 'a', length: 10 },
      { tenant: 'a', length: 11 },
      { tenant: null, length: 5 },
    ]

    const [many, one] = await Promise.all([app.post('/keyed', rows), app.post('/keyed', { tenant: 'b', length: 1 })])

    expect(many.body.predictions).toEqual([
      { own: 'a/5', seen: 'a/5 a/10' },
      { own: 'b/5', seen: expect.stringMatching(/^(b\/5 b\/1|b\/1 b\/5)$/) },
      { own: 'a/10', seen: 'a/5 a/10' },
      { own: 'a/11', seen: 'a/11' },
      { own: 'null/5', seen: 'null/5' },
    ])
    expect(one.body).toMatchObject({ own: 'b/1' })
  })

  test('M67 a client that leaves takes all parts of its request with it', async () => {
    const stop = new AbortController()
    const rows = Array.from({ length: 40 }, (_, length) => ({ tenant: 'gone', length: length * 20 }))
    const sent = fetch(`${app.url}/keyed`, { method: 'POST', body: JSON.stringify(rows), signal: stop.signal })
    await expect.poll(() => app.metric('cascade_queue_rows{stage="keyed"}'), { interval: 5 }).toBe(40)

    stop.abort()

    await expect(sent).rejects.toThrow()
    await expect.poll(() => app.metric('cascade_queue_rows{stage="keyed"}'), { interval: 5 }).toBe(0)
  })

  test('M83 batches of an async handler overlap in one thread', async () => {
    const answers = await Promise.all([1, 2].map((x) => app.post('/overlapping', { x })))

    expect(answers.map(({ text }) => text)).toEqual(['{"y":2}', '{"y":2}'])
  })
})
