import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { bundleApp } from '../../../packages/worker/dist/app/bundle-app.js'
import { Server } from '@redesmyn/worker'

const isolations = ['inline', 'thread', 'child'] as const
const app = new URL('./apps/placed.ts', import.meta.url)
let server: Server
let url: string

beforeAll(async () => {
  await bundleApp(app)
  server = new Server({ app, port: 0, logLevel: 'silent' }, {})
  url = (await server.serve()).url
}, 60_000)
afterAll(() => server.stop())

async function post(path: string, body: unknown, headers: Record<string, string> = {}): Promise<Response> {
  const text = JSON.stringify(body, (_, value: unknown) => value).replaceAll(/"(-?\d{17,})n"/g, '$1')
  return await fetch(`${url}${path}`, { method: 'POST', body: text, headers })
}

interface Place {
  readonly pid: number
  readonly thread: number
  readonly slot: number
  readonly device: string
  readonly rowCount: number
}

/** Where 24 requests at once were answered. */
function places(isolation: string): Promise<readonly Place[]> {
  const ask = async (): Promise<Place> => (await post(`/place/${isolation}`, { sleepMs: 30 })).json() as Promise<Place>
  return Promise.all(Array.from({ length: 24 }, ask))
}

async function predictions(path: string, rows: readonly unknown[]): Promise<unknown> {
  const response = await post(path, rows)
  // 64-bit numbers are more than JSON.parse keeps: compare them as they were written.
  const body = JSON.parse((await response.text()).replaceAll(/"?(-?\d{17,})"?/g, '"$1n"'))
  expect(body).toHaveProperty('predictions')
  return body.predictions
}

const mixed = {
  real: 0.1,
  single: 0.5,
  small: -128,
  whole: '-9223372036854775808n',
  flag: true,
  text: 'grüße 🙂 \u0000 "',
  maybe: null,
  maybeNumber: -0.25,
  list: ['', 'one', 'zwei €'],
  pair: [1.5, -1e300],
  inner: { a: 'x', b: false },
}
const empty = {
  ...mixed,
  whole: '9223372036854775807n',
  small: 127,
  flag: false,
  text: '',
  maybe: '',
  maybeNumber: null,
  list: [],
  pair: [0, 0],
  inner: { a: '', b: true },
}

describe.each(isolations)('isolation "%s"', (isolation) => {
  test.each(['echo', 'rows'])('every type of column comes back exactly through "%s"', async (kind) => {
    const rows = Array.from({ length: 19 }, (_, row) => (row % 3 === 1 ? empty : { ...mixed, text: `row ${row} é` }))

    expect(await predictions(`/${kind}/${isolation}`, rows)).toEqual(rows)
    expect(await predictions(`/${kind}/${isolation}`, [empty])).toEqual([empty])
    expect(await predictions(`/${kind}/${isolation}`, [mixed, mixed])).toEqual([mixed, mixed])
  })

  test('a large batch and one that follows it keep their rows apart', async () => {
    const rows = Array.from({ length: 256 }, (_, row) => ({ ...mixed, text: `${row} `.repeat(300) }))

    const [many, one] = await Promise.all([
      predictions(`/echo/${isolation}`, rows),
      predictions(`/echo/${isolation}`, [empty]),
    ])

    expect(many).toEqual(rows)
    expect(one).toEqual([empty])
  })

  test('outputs that have no room beside the inputs come back whole', async () => {
    const texts = await predictions(`/longer/${isolation}`, [
      { text: 'ab', times: 100_000 },
      { text: 'x', times: 0 },
    ])

    expect(texts).toEqual(['ab'.repeat(100_000), ''])
  })

  test('M73 a handler sees the name of its stage, its slot and the largest batch', async () => {
    const answers = await places(isolation)

    const slots = new Set(answers.map(({ slot }) => slot))
    expect([...slots].toSorted((a, b) => a - b)).toEqual(isolation === 'inline' ? [1] : [1, 2])
    for (const answer of answers) expect(answer).toMatchObject({ stage: `place-${isolation}`, maxRows: 8 })
    expect(Math.max(...answers.map(({ rowCount }) => rowCount))).toBeLessThanOrEqual(8)
  })

  test('the handler runs where it was told to', async () => {
    const answers = await places(isolation)

    const pids = new Set<number>(answers.map(({ pid }) => pid))
    const threads = new Set<number>(answers.map(({ thread }) => thread))
    expect(pids.size).toBe(isolation === 'child' ? 2 : 1)
    expect(pids.has(process.pid)).toBe(isolation !== 'child')
    for (const pid of pids) expect(() => process.kill(pid, 0)).not.toThrow()
    expect(threads.has(0)).toBe(isolation !== 'thread')
  })

  test('what a handler throws, rejects and says of its rows is the same everywhere', async () => {
    const path = `/talking/${isolation}`

    const thrown = await post(path, { say: 'throw' })
    const rejected = await post(path, { say: 'reject' })
    const head = await post(`${path}?q=asked`, { say: 'head' }, { 'x-request-id': 'mine' })

    expect(thrown.status).toBe(500)
    expect(await thrown.text()).not.toContain('secret')
    expect(rejected.status).toBe(400)
    expect(await rejected.json()).toMatchObject({
      error: { code: 'REQUEST_INVALID', message: 'bad request: this one is refused' },
    })
    expect([head.status, head.headers.get('x-said')]).toEqual([201, 'head'])
    expect(await head.json()).toEqual({ text: 'head mine asked' })
  })

  test('a stage without schemas takes and gives what comes', async () => {
    const path = `/shapeless/${isolation}`

    expect(await predictions(path, [{ a: 1, b: 'x' }])).toEqual([{ a: 1, b: 'x', seen: 2 }])
    expect(await predictions(path, [{ c: true }, { c: false }])).toEqual([
      { c: true, seen: 1 },
      { c: false, seen: 1 },
    ])
  })
})

test.each(['thread', 'child'])(
  'M74 each slot of isolation "%s" has variables of its own, with its number',
  async (isolation) => {
    const answers = await places(isolation)

    for (const { slot, device } of answers) expect(device).toBe(`gpu:${slot}`)
    expect(process.env.TEST_DEVICE).toBeUndefined()
  },
)

test.each(['thread', 'child'])('M70 two slots of isolation "%s" really run at once', async (isolation) => {
  const startedAt = performance.now()
  const answers = await Promise.all(
    Array.from({ length: 2 }, () => predictions(`/place/${isolation}`, new Array<unknown>(8).fill({ sleepMs: 1000 }))),
  )

  expect(performance.now() - startedAt).toBeLessThan(1700)
  const slots = answers.map((rows) => (rows as { slot: number }[])[0].slot)
  expect(slots.toSorted((a, b) => a - b)).toEqual([1, 2])
})

test('copies to and from a child are counted', async () => {
  const metrics = await (await fetch(`${url}/metrics`)).text()
  const copied = (stage: string) =>
    new RegExp(`copied_bytes_total{stage="${stage}",reason="child"} (\\d+)`).exec(metrics)

  expect(Number(copied('echo-child')?.[1])).toBeGreaterThan(1000)
  expect(Number(copied('echo-thread')?.[1] ?? 0)).toBe(0)
})
