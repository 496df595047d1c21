import { existsSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { afterAll, afterEach, describe, expect, test } from 'vitest'
import { CascadeProcess } from '../cascade-process.ts'

const app = fileURLToPath(new URL('./apps/doubles.ts', import.meta.url))
const folder = mkdtempSync(join(tmpdir(), 'loaded-'))
const started: CascadeProcess[] = []
let sockets = 0

afterEach(async () => {
  for (const process of started) process.kill('SIGKILL')
  await Promise.all(started.splice(0).map((process) => process.ended))
})
afterAll(() => rmSync(folder, { recursive: true }))

async function start(words: readonly string[], env: Readonly<Record<string, string>> = {}): Promise<CascadeProcess> {
  const process = new CascadeProcess(['serve', app, ...words], env)
  started.push(process)
  await process.url()
  return process
}

interface Served {
  readonly url: string
  readonly server: CascadeProcess
  /** Processes of the stage behind it. */
  readonly stages: readonly CascadeProcess[]
}

async function serve(placement: 'app' | 'host', env: Readonly<Record<string, string>> = {}): Promise<Served> {
  const listen = () => (placement === 'app' ? `unix:${folder}/${sockets++}.sock` : 'http://127.0.0.1:0')
  const stages = await Promise.all([listen(), listen()].map((at) => start(['--stage', 'double', '--listen', at], env)))
  const urls = await Promise.all(stages.map((stage) => stage.url()))
  const addresses = urls.map((url) => url.replace('unix:', '')).join(',')
  const server = await start([
    '--port',
    '0',
    '--request-timeout-ms',
    '60000',
    '--place',
    `double=${placement}:${addresses}`,
  ])
  return { server, stages, url: await server.url() }
}

interface Answered {
  readonly id: string
  readonly status: number
  readonly body: unknown
}

/** A request of one to three rows that nobody else sends. */
async function ask(url: string, client: number, round: number): Promise<Answered> {
  const id = `${client}-${round}`
  const rows = Array.from({ length: 1 + ((client + round) % 3) }, (_, row) => ({ id: `${id}-${row}`, x: client + row }))
  const response = await fetch(`${url}/double`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify(rows),
  })
  const body: unknown = await response.json()
  return { id, status: response.status, body }
}

function expectedOf(client: number, round: number): Answered {
  const id = `${client}-${round}`
  const predictions = Array.from({ length: 1 + ((client + round) % 3) }, (_, row) => {
    return { id: `${id}-${row}`, y: (client + row + 1) * 2 }
  })
  return { id, status: 200, body: { predictions } }
}

/** So many clients, each with one request after the other until `until` says so; what they were answered. */
async function load(
  url: string,
  clients: number,
  goesOn: (round: number) => boolean,
): Promise<readonly (readonly Answered[])[]> {
  const client = async (_: unknown, number: number) => {
    const answers: Answered[] = []
    for (let round = 0; goesOn(round); round++) answers.push(await ask(url, number, round))
    return answers
  }
  return await Promise.all(Array.from({ length: clients }, client))
}

async function metricsOf(url: string): Promise<string> {
  return await (await fetch(`${url}/metrics`)).text()
}

function valueOf(metrics: string, series: RegExp): readonly number[] {
  return [...metrics.matchAll(new RegExp(`^${series.source}\\S* (\\S+)$`, 'gm'))].map(([, value]) => Number(value))
}

describe.each(['app', 'host'] as const)(
  'a stage over %s behind a server with 200 clients',
  { timeout: 120_000 },
  (placement) => {
    test('each gets its own rows, also where one of two processes is lost, and the server tells of it', async () => {
      const { url, stages } = await serve(placement)
      const before = await metricsOf(url)

      let isLost = false
      const answers = await load(url, 200, (round) => {
        if (round === 3 && !isLost) {
          isLost = true
          stages[0]?.kill('SIGKILL')
        }
        return round < 6
      })

      const expected = answers.map((_, client) => Array.from({ length: 6 }, (_, round) => expectedOf(client, round)))
      expect(answers).toMatchObject(expected)
      const after = await metricsOf(url)
      expect(valueOf(before, /cascade_retries_total\{edge="double"/)).toEqual([])
      expect(Math.max(...valueOf(after, /cascade_retries_total\{edge="double"/))).toBeGreaterThan(0)
      expect(valueOf(before, /cascade_breaker_state\{edge="double"/)).toEqual([0, 0])
      expect(valueOf(after, /cascade_breaker_state\{edge="double"/)).toHaveLength(2)
      expect(valueOf(after, /cascade_inflight_bytes\{edge="double"/)).toEqual([0])
    })

    test.each(['the server', 'the stage'])(
      'Ctrl-C ends %s first, then the other, and every request is answered',
      async (first) => {
        const gate = join(folder, `gate-${sockets++}`)
        const { url, server, stages } = await serve(placement, { DOUBLES_GATE: gate })
        const answers = Promise.all(Array.from({ length: 200 }, (_, client) => ask(url, client, 0)))
        await expect
          .poll(async () => valueOf(await metricsOf(url), /cascade_inflight_requests\{endpoint="\/double"/), {
            timeout: 30_000,
          })
          .toEqual([200])
        await expect.poll(() => existsSync(`${gate}.held`), { timeout: 30_000 }).toBe(true)
        const order = first === 'the server' ? [[server], stages] : [stages, [server]]

        for (const process of order[0]) process.kill('SIGINT')
        await Promise.all(order[0].map((process) => process.event('draining')))
        writeFileSync(gate, '')
        const ends = await Promise.all(order[0].map((process) => process.ended))
        const answered = await answers
        for (const process of order[1]) process.kill('SIGINT')
        ends.push(...(await Promise.all(order[1].map((process) => process.ended))))

        expect(ends.map(({ code }) => code)).toEqual([0, 0, 0])
        const good = answered.filter(({ status }) => status === 200)
        expect(good).toMatchObject(good.map(({ id }) => expectedOf(Number.parseInt(id), 0)))
        expect(good.length).toBeGreaterThan(0)
        // Where the stage has gone, what had not been sent to it by then is told so.
        const told = answered.filter(({ status }) => status !== 200)
        for (const { body } of told)
          expect(body).toMatchObject({ error: { code: 'HANDOFF_FAILED', details: { stage: 'double' } } })
        if (first === 'the server') expect(told).toEqual([])
      },
    )
  },
)
