import { fileURLToPath } from 'node:url'
import { Server } from '@redesmyn/worker'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'

interface Reply {
  readonly status: number
  readonly body: Readonly<Record<string, unknown>>
}

let server: Server
let url = ''

beforeAll(async () => {
  const app = fileURLToPath(new URL('../../apps/pipelines.ts', import.meta.url))
  server = new Server({ app, port: 0, logLevel: 'silent' }, {})
  ;({ url } = await server.serve())
})

afterAll(() => server.stop({ graceful: false }))

describe('a pipeline over HTTP', () => {
  test('M69 runs its stages in order, each in batches of its own size', async () => {
    const records = Array.from({ length: 200 }, (_, x) => ({ text: String(x) }))

    const { status, body } = await post('/scored', records)

    expect(status).toBe(200)
    const rows = body['predictions'] as { x: number; text: string; batchRows: number }[]
    expect(rows.map(({ x, text }) => [x, text])).toEqual(records.map(({ text }, x) => [x * 10, text]))
    expect(Math.max(...rows.map(({ batchRows }) => batchRows))).toBe(16)
  })

  test('M75 a stage is last on one route and in the middle of another', async () => {
    const [last, middle] = await Promise.all([post('/parsed', { text: '6' }), post('/scored', { text: '6' })])

    expect(last.body).toEqual({ x: 6, text: '6', isEven: true, note: null, digits: [6] })
    expect(middle.body).toEqual({ x: 60, text: '6', batchRows: 1 })
  })

  test('M32 R117 an error in a stage is answered at once, names the stage, and later stages do not see the row', async () => {
    const before = await rowsDone('check')

    const { status, body } = await post('/scored', { text: 'abc' })

    expect(status).toBe(400)
    expect(body['error']).toMatchObject({ code: 'REQUEST_INVALID', details: { stage: 'parse' } })
    expect(await rowsDone('check')).toBe(before)
  })

  test('M33 one row that fails costs the others of its batch nothing', async () => {
    const texts = Array.from({ length: 40 }, (_, x) => (x % 7 === 3 ? `no ${x}` : String(x)))

    const replies = await Promise.all(texts.map((text) => post('/scored', { text })))

    expect(replies.map(({ status }) => status)).toEqual(texts.map((text) => (text.startsWith('no') ? 400 : 200)))
    replies.forEach(({ status, body }, x) => {
      if (status === 200) expect(body).toMatchObject({ x: x * 10, text: String(x) })
    })
  })

  test('rows that fail in an array leave null where the endpoint says so, and the rest keeps its place', async () => {
    const { body } = await post('/lenient', [{ text: '1' }, { text: 'x' }, { text: '3' }])

    expect(body['predictions']).toMatchObject([{ x: 10 }, null, { x: 30 }])
  })

  test('a batch that fails fails its requests, and names its stage', async () => {
    const { status, body } = await post('/scored', [{ text: '1' }, { text: 'bomb' }])

    expect([status, body['error']]).toMatchObject([500, { code: 'HANDLER_ERROR', details: { stage: 'parse' } }])
  })

  test('M88 the next stage reads where the stage before wrote: a mark in the same memory', async () => {
    const passed = await Promise.all([1, 2, 3].map((x) => post('/marked', { x })))
    const written = await Promise.all([1, 2, 3].map((x) => post('/marked-output', { x })))

    for (const { body } of passed) expect(body).toEqual({ mark: 123, isShared: true })
    for (const { body } of written) expect(body).toEqual({ mark: 45, isShared: true })
  })

  test('R116 stages work side by side: while one holds a row the stage before it has the next', async () => {
    const replies = await Promise.all([1, 2, 3, 4].map((x) => post('/slowly', { x })))
    const ends = replies.map(({ body }) => Number(body['endMs'])).sort((a, b) => a - b)
    const lastThree = (ends[3] ?? 0) - (ends[0] ?? 0)

    // One row after the other through three stages would put 150 ms between two ends.
    expect(lastThree / 3).toBeLessThan(110)
  })

  test('M49 where a later stage is full only admission refuses, and whatever was accepted is answered', async () => {
    const replies = await Promise.all(Array.from({ length: 12 }, (_, x) => post('/narrowed', { x })))

    const answered = replies.filter(({ status }) => status === 200)
    expect(answered.length).toBeGreaterThanOrEqual(2)
    expect(replies.every(({ status }) => status === 200 || status === 429)).toBe(true)
    expect(replies.some(({ status }) => status === 429)).toBe(true)
    expect((await post('/narrowed', { x: 5 })).body).toEqual({ x: 5 })
  })

  test('M62 M63 a stage with a policy of its own gathers rows of several routes in one batch', async () => {
    const requests = Array.from({ length: 8 }, (_, x) => post(x % 2 === 0 ? '/gathered' : '/gathered-alone', { x }))

    const replies = await Promise.all(requests)

    expect(replies.map(({ body }) => body)).toEqual(replies.map((_, x) => ({ x, batchRows: 8, stage: 'gather' })))
  })

  test('M71 one handler in two stages is two stages, each with its name', async () => {
    const metrics = await (await fetch(`${url}/metrics`)).text()

    for (const stage of ['slow-one', 'slow-two', 'slow-three']) expect(metrics).toContain(`stage="${stage}"`)
  })

  test('a thread that ends in the middle of a pipeline costs the rows it held, and nobody else', async () => {
    const lost = await post('/moodily', { x: 3 })
    const [thrown, rejected] = await Promise.all([post('/moodily', { x: 1 }), post('/moodily', { x: 2 })])

    expect([lost.status, thrown.status, rejected.status]).toEqual([503, 500, 400])
    expect((await post('/moodily', { x: 7 })).body).toMatchObject({ x: 7 })
  })

  test('equal policies copy nothing; smaller batches are views, and only failed rows cost a copy', async () => {
    const before = await copied()
    await post(
      '/checked',
      Array.from({ length: 60 }, (_, x) => ({ text: String(x) })),
    )
    await post(
      '/scored',
      Array.from({ length: 60 }, (_, x) => ({ text: String(x) })),
    )
    const afterWhole = await copied()
    await post('/lenient', [{ text: '1' }, { text: 'x' }, { text: '3' }])

    expect([afterWhole.get('holes'), afterWhole.get('widen')]).toEqual([before.get('holes'), before.get('widen')])
    expect((await copied()).get('holes') ?? 0).toBeGreaterThan(afterWhole.get('holes') ?? 0)
  })

  test('a stage without threads of its own runs in the call of the stage before it', async () => {
    const replies = await Promise.all([1, -1, 3].map((x) => post('/fused', { x })))
    const many = await post('/fused', [{ x: 0 }, { x: 1 }])
    const metrics = await (await fetch(`${url}/metrics`)).text()

    expect(replies.map(({ status }) => status)).toEqual([200, 400, 200])
    const [one, , three] = replies.map(({ body }) => body as { x: number; threads: number[] })
    expect([one?.x, three?.x]).toEqual([16, 64])
    expect(new Set(one?.threads).size).toBe(1)
    expect(one?.threads[0]).toBeGreaterThan(0)
    expect(many.body).toMatchObject({ predictions: [{ x: 4 }, { x: 16 }] })
    expect(metrics).toContain('cascade_serving_threads{stage="enter"} 1')
    expect(metrics).not.toContain('stage="double"')
  })

  test('nothing is left behind: no slab, no queued row, no batch', async () => {
    await Promise.all([post('/scored', { text: 'bomb' }), post('/checked', [{ text: '1' }, { text: 'no' }])])
    const metrics = await (await fetch(`${url}/metrics`)).text()

    expect(metrics).toMatch(/^cascade_slabs 0$/m)
    for (const line of metrics.split('\n')) {
      if (line.startsWith('cascade_queue_rows{') || line.startsWith('cascade_inflight_batches{'))
        expect(line).toMatch(/ 0$/)
    }
  })
})

async function post(path: string, body: unknown): Promise<Reply> {
  const response = await fetch(url + path, { method: 'POST', body: JSON.stringify(body) })
  return { status: response.status, body: (await response.json()) as Reply['body'] }
}

/** Bytes copied so far in front of the stage "check", by reason. */
async function copied(): Promise<Map<string, number>> {
  const metrics = await (await fetch(`${url}/metrics`)).text()
  const lines = metrics.matchAll(/^cascade_copied_bytes_total\{stage="check",reason="(\w+)"\} (\d+)$/gm)
  return new Map(Array.from(lines, ([, reason, bytes]) => [reason, Number(bytes)]))
}

async function rowsDone(stage: string): Promise<number> {
  const metrics = await (await fetch(`${url}/metrics`)).text()
  const line = metrics
    .split('\n')
    .find((text) => text.startsWith('cascade_rows_total') && text.includes(`stage="${stage}"`) && text.includes('done'))
  return Number(line?.split(' ').at(-1) ?? 0)
}
