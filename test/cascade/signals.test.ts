import { once } from 'node:events'
import { mkdtemp, readdir, rm } from 'node:fs/promises'
import { Agent, request } from 'node:http'
import { connect, type Socket } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { text } from 'node:stream/consumers'
import { afterEach, describe, expect, test } from 'vitest'
import { appPath, CascadeProcess } from './cascade-process.ts'

const started: CascadeProcess[] = []
const sockets: Socket[] = []
const agents: Agent[] = []

function serve(words: readonly string[], env: Readonly<Record<string, string>> = {}): CascadeProcess {
  const cascade = new CascadeProcess(['serve', appPath('slow.ts'), '--port', '0', ...words], env)
  started.push(cascade)
  return cascade
}

afterEach(async () => {
  for (const agent of agents.splice(0)) agent.destroy()
  for (const socket of sockets.splice(0)) socket.destroy()
  for (const cascade of started) cascade.kill('SIGKILL')
  await Promise.all(started.splice(0).map((cascade) => cascade.ended))
})

interface Reply {
  readonly status: number
  readonly body: string
}

function send(url: string, options: { readonly agent?: Agent; readonly method?: string; readonly body?: string } = {}) {
  const { agent, method = 'POST', body = '' } = options
  return new Promise<Reply>((resolve, reject) => {
    const sent = request(url, { method, ...(agent && { agent }) }, (response) => {
      text(response).then((received) => resolve({ status: response.statusCode ?? 0, body: received }), reject)
    })
    sent.on('error', reject).end(body)
  })
}

function keptAlive(): Agent {
  const agent = new Agent({ keepAlive: true, maxSockets: 1 })
  agents.push(agent)
  return agent
}

async function open(url: string, bytes: string): Promise<Socket> {
  const socket = connect(Number(new URL(url).port), '127.0.0.1')
  sockets.push(socket)
  socket.on('error', () => undefined)
  await once(socket, 'connect')
  if (bytes !== '') socket.write(bytes)
  return socket
}

async function inFlight(url: string): Promise<void> {
  for (;;) {
    const { body } = await send(`${url}/metrics`, { method: 'GET' })
    if (body.includes('cascade_inflight_batches{stage="slow"} 1\n')) return
  }
}

async function timeToEnd(cascade: CascadeProcess, signal: NodeJS.Signals) {
  const startedAtMs = performance.now()
  cascade.kill(signal)
  const ended = await cascade.ended
  return { ...ended, tookMs: performance.now() - startedAtMs }
}

describe.each(['uws', 'http'])('the command ends with %s', (frontEnd) => {
  test.each(['SIGINT', 'SIGTERM'] as const)(
    'M110 %s: what runs is answered 200, new requests and those on open connections 503, and the end is 0',
    async (signal) => {
      const cascade = serve(['--front-end', frontEnd])
      const url = await cascade.url()
      const agent = keptAlive()
      await send(`${url}/livez`, { agent, method: 'GET' })
      const accepted = send(`${url}/slow`, { body: '{"waitMs":500}' })
      await inFlight(url)
      cascade.kill(signal)
      await cascade.event('draining')
      const onOpen = await send(`${url}/slow`, { agent, body: '{"waitMs":1}' })
      const onNew = await send(`${url}/slow`, { agent: keptAlive(), body: '{"waitMs":1}' })

      expect([onOpen.status, onNew.status]).toEqual([503, 503])
      expect(await accepted).toEqual({ status: 200, body: '{"waitMs":500}' })
      expect(await cascade.ended).toMatchObject({ code: 0 })
    },
  )

  test('M2 while it drains the first page says so with 503', async () => {
    const cascade = serve(['--front-end', frontEnd])
    const url = await cascade.url()
    const accepted = send(`${url}/slow`, { body: '{"waitMs":400}' })
    await inFlight(url)
    cascade.kill('SIGTERM')
    await cascade.event('draining')

    expect(await send(`${url}/`, { method: 'GET' })).toEqual({ status: 503, body: 'gracefully shutting down\n' })
    expect((await accepted).status).toBe(200)
  })

  test('M111 an idle server ends within 1.2 s, also with connections open', async () => {
    const cascade = serve(['--front-end', frontEnd])
    const url = await cascade.url()
    await send(`${url}/livez`, { agent: keptAlive(), method: 'GET' })
    await open(url, '')

    const { code, tookMs } = await timeToEnd(cascade, 'SIGTERM')

    expect(code).toBe(0)
    expect(tookMs).toBeLessThan(1200)
  })

  test('M112 a drain is bounded: then what runs is answered 503, and the end is 1', async () => {
    const cascade = serve(['--front-end', frontEnd, '--drain-ms', '300', '--request-timeout-ms', '60000'])
    const url = await cascade.url()
    const accepted = send(`${url}/slow`, { body: '{"waitMs":60000}' })
    await inFlight(url)

    const { code, tookMs } = await timeToEnd(cascade, 'SIGTERM')

    expect((await accepted).status).toBe(503)
    expect(code).toBe(1)
    expect(tookMs).toBeGreaterThan(290)
    expect(tookMs).toBeLessThan(1500)
  })

  test('M113 connections whose requests never come whole hold nothing up', async () => {
    const cascade = serve(['--front-end', frontEnd])
    const url = await cascade.url()
    await open(url, 'POST /slow HTTP/1.1\r\nHost: a\r\nContent-')
    await open(url, 'POST /slow HTTP/1.1\r\nHost: a\r\nContent-Length: 100\r\n\r\n{"wait')
    await send(`${url}/livez`, { method: 'GET' })

    const { code, tookMs } = await timeToEnd(cascade, 'SIGTERM')

    expect(code).toBe(0)
    expect(tookMs).toBeLessThan(1500)
  })

  test('M114 a second signal ends it at once, and not with 0', async () => {
    const cascade = serve(['--front-end', frontEnd])
    const url = await cascade.url()
    const lost = send(`${url}/slow`, { body: '{"waitMs":60000}' }).catch(() => 'lost')
    await inFlight(url)
    cascade.kill('SIGTERM')
    await cascade.event('draining')

    const { signal, tookMs } = await timeToEnd(cascade, 'SIGTERM')

    expect(signal).toBe('SIGKILL')
    expect(tookMs).toBeLessThan(500)
    expect(await lost).toBe('lost')
  })

  test('M115 nothing of it is left in the folder of temporary files', async () => {
    const folder = await mkdtemp(join(tmpdir(), 'signals-'))
    const cascade = serve(['--front-end', frontEnd], { TMPDIR: folder })
    const url = await cascade.url()
    await send(`${url}/slow`, { body: '{"waitMs":1}' })
    await timeToEnd(cascade, 'SIGTERM')

    expect(await readdir(folder)).toEqual([])
    await rm(folder, { recursive: true })
  })
})
