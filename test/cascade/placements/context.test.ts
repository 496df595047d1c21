import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, expect, test, vi } from 'vitest'
import { CascadeProcess } from '../cascade-process.ts'
import { numbers, reportOf, type Row, RunFolder } from '../run/rows/run-folder.ts'
import { until } from '../run/rows/watched-run.ts'
import { crossingApp, everywhere, OfferedStages, type Place, service, toldIn } from './placements.ts'

vi.setConfig({ testTimeout: 120_000 })

const app = crossingApp('numbers.ts')
const stages = new OfferedStages(app, ['score'])
const servers: CascadeProcess[] = []
const folder = mkdtempSync(join(tmpdir(), 'context-'))
afterAll(async () => {
  for (const server of servers) server.kill('SIGKILL')
  await Promise.all(servers.map((server) => server.ended))
  await stages.close()
  rmSync(folder, { recursive: true })
})

test('C5 in all placements a run tells a handler the same of its batches', async () => {
  const folder = new RunFolder(app)
  folder.put(
    'rows',
    numbers(250).map((id) => ({ id: id + 10, pad: id % 2 === 0 ? 'even' : 'odd' })),
  )
  const facts: (readonly Row[])[] = []
  for (const place of everywhere) {
    const { flags, server, told } = await stages.at(place)
    const file = folder.file('told')
    const words = [...flags, '--restart', '--json']
    const { traceId } = reportOf(await folder.run('parted', words, { TOLD: file }))
    const lines = server === undefined ? toldIn(file) : told()
    for (const { traceparent } of lines) expect(String(traceparent).split('-')[1]).toBe(traceId)
    facts.push(lines.map(comparable).toSorted(byKey))
  }

  const [here, ...others] = facts
  expect(others).toEqual([here, here, here])
  expect(new Set(here.map(({ idempotencyKey }) => idempotencyKey)).size).toBe(6)
  expect(here[0]).toEqual({
    what: 'begun',
    stage: 'score',
    attempt: 1,
    idempotencyKey: expect.stringMatching(/^parted-[0-9a-f]{16}\/0\/0\/partition-0$/),
    params: { pad: 'even' },
    // No limit, as JSON has it.
    deadlineMs: null,
  })
})

function byKey(one: Row, other: Row): number {
  return String(one.idempotencyKey).localeCompare(String(other.idempotencyKey))
}

interface Served {
  readonly url: string
  told(): readonly Row[]
}

/** Servers whose stage `score` is elsewhere, each for all tests of its place. */
const served = new Map<Place, Promise<Served>>()

async function start(place: Place): Promise<Served> {
  const { flags, server: other, told } = await stages.at(place)
  const file = join(folder, `${place.name}.told`)
  const server = new CascadeProcess(['serve', app, '--port', '0', '--traces', 'on', ...flags], { TOLD: file })
  servers.push(server)
  return { url: await server.url(), told: () => (other === undefined ? toldIn(file) : told()) }
}

/** Such a server, and what its handlers are told from now on. */
async function serve(place: Place): Promise<Served> {
  const server = served.get(place) ?? start(place)
  served.set(place, server)
  const { url, told } = await server
  const before = told().length
  return { url, told: () => told().slice(before) }
}

interface PostOptions {
  readonly headers?: Readonly<Record<string, string>>
  readonly signal?: AbortSignal
}

function post(url: string, rows: readonly Row[], init: PostOptions = {}): Promise<Response> {
  const headers = { 'content-type': 'application/json', ...init.headers }
  return fetch(`${url}/score/north`, { method: 'POST', body: JSON.stringify(rows), ...init, headers })
}

test.each(everywhere)(
  'C5 in placement $placement a request tells a handler the same, and its rows are rejected alike',
  async (place) => {
    const { url, told } = await serve(place)
    const traceId = '4bf92f3577b34da6a3ce929d0e0e4736'
    const headers = { traceparent: `00-${traceId}-00f067aa0ba902b7-01` }

    const answer = await post(url, [{ id: 1, pad: 'a' }], { headers })
    const [said] = told()
    const refused = await post(
      url,
      [
        { id: 1, pad: 'a' },
        { id: 7, pad: 'b' },
      ],
      { headers },
    )

    expect(await answer.json()).toMatchObject({ predictions: [{ id: 2, pad: 'a' }] })
    expect(said).toMatchObject({ what: 'begun', stage: 'score', attempt: 1, params: { region: 'north' } })
    expect(String(said.traceparent).split('-')[1]).toBe(traceId)
    expect(said.deadlineMs).toBeGreaterThan(0)
    expect(said.deadlineMs).toBeLessThanOrEqual(60_000)
    const keys = told().map(({ idempotencyKey }) => String(idempotencyKey))
    expect(keys).toEqual(keys.map(() => expect.stringMatching(/^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/)))
    expect(new Set(keys).size).toBe(2)
    expect(refused.status).toBe(422)
    expect(await refused.json()).toMatchObject({
      error: { code: 'RECORD_INVALID', details: { stage: 'score', issues: [{ row: 1 }] } },
    })
  },
)

test.each(everywhere)(
  'C90 in placement $placement a client that goes away frees slot and credit within 50 ms',
  async (place) => {
    const { url, told } = await serve(place)
    const delays: number[] = []

    // The least of three: the machine may have others to serve.
    for (const round of [1, 2, 3]) {
      const client = new AbortController()
      const gone = post(url, [{ id: -1, pad: `${round}` }], { signal: client.signal }).catch(() => 'gone')
      await until(() => told().filter(({ what }) => what === 'begun').length === round || undefined)
      const goneAtMs = Date.now()
      client.abort()
      expect(await gone).toBe('gone')
      const aborted = await until(() => told().filter(({ what }) => what === 'aborted')[round - 1])
      delays.push(Number(aborted.atMs) - goneAtMs)
    }
    const answer = await post(url, [{ id: 5, pad: '' }])

    expect(await answer.json()).toMatchObject({ predictions: [{ id: 10, pad: '' }] })
    expect(Math.min(...delays)).toBeLessThan(50)
    const metrics = await (await fetch(`${url}/metrics`)).text()
    if (place !== service) expect(metrics).toContain('cascade_inflight_bytes{edge="score"} 0')
  },
)

/** Without what is another in each process, and at each time. */
function comparable(line: Row): Row {
  const own = ['traceparent', 'pid', 'atMs']
  return Object.fromEntries(Object.entries(line).filter(([name]) => !own.includes(name)))
}
