import { once } from 'node:events'
import { createServer as createHttpServer, type IncomingMessage, request, type Server as HttpServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { Agent } from 'node:http'
import { Readable } from 'node:stream'
import type { Server } from '@redesmyn/worker'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { RawConnection } from '../http/front-end/raw-connection.ts'
import { testedKinds } from '../http/front-end/tested-kinds.ts'
import { createServer } from './server-under-test.ts'

const app = '../../../apps/wrapped.ts'
const bodies = [{ x: 1 }, [{ x: 1 }, { x: 2.5 }], Array.from({ length: 20_000 }, (_, x) => ({ x }))]

describe.each(testedKinds)('behind a reverse proxy, over %s', (kind) => {
  const agent = new Agent({ keepAlive: true, maxSockets: 1 })
  let server: Server
  let url: string
  let proxy: HttpServer
  let proxyPort: number
  const upstreamSockets = new Set<unknown>()

  beforeAll(async () => {
    server = createServer(app, { frontEnd: kind, pathPrefix: '/ml' })
    ;({ url } = await server.serve())
    proxy = createHttpServer((incoming, outgoing) => {
      const upstream = request(`${url}${incoming.url}`, {
        method: incoming.method ?? 'GET',
        agent,
        headers: { ...incoming.headers, 'x-forwarded-for': '203.0.113.7', 'x-forwarded-proto': 'https' },
      })
      upstream.on('socket', (socket) => upstreamSockets.add(socket))
      upstream.on('response', (response: IncomingMessage) => {
        outgoing.writeHead(response.statusCode ?? 0, response.rawHeaders)
        response.pipe(outgoing)
      })
      incoming.pipe(upstream)
    }).listen(0, '127.0.0.1')
    await once(proxy, 'listening')
    proxyPort = (proxy.address() as AddressInfo).port
  })
  afterAll(async () => {
    proxy.closeAllConnections()
    proxy.close()
    agent.destroy()
    await server.stop({ graceful: false })
  })

  const post = async (base: string, path: string, init: RequestInit) => {
    const response = await fetch(`${base}${path}`, { method: 'POST', headers: { 'x-request-id': 'same' }, ...init })
    return { status: response.status, bytes: Buffer.from(await response.arrayBuffer()).toString('latin1') }
  }

  test('R111 paths are found with the prefix, and probes without', async () => {
    expect(await post(url, '/ml/plain', { body: '{"x":1}' })).toMatchObject({ status: 200, bytes: '{"y":2}' })
    expect((await fetch(`${url}/ml/readyz`)).status).toBe(200)
    expect((await fetch(`${url}/readyz`)).status).toBe(200)
    expect((await fetch(`${url}/mlx/readyz`)).status).toBe(404)
  })

  test('R111 bodies with a length and chunked ones come through byte for byte, on a kept connection', async () => {
    const through = `http://127.0.0.1:${proxyPort}`
    for (const body of bodies.map((value) => JSON.stringify(value))) {
      const direct = await post(url, '/ml/plain', { body })
      const chunks = Readable.toWeb(Readable.from([body.slice(0, 3), body.slice(3)])) as ReadableStream
      const chunked: RequestInit = { body: chunks, duplex: 'half' }

      expect(direct.status).toBe(200)
      expect(await post(through, '/ml/plain', { body })).toEqual(direct)
      expect(await post(through, '/ml/plain', chunked)).toEqual(direct)
    }
    expect(upstreamSockets.size).toBe(1)
  })

  test('R111 what the proxy says of its client is readable in middleware', async () => {
    const { bytes } = await post(`http://127.0.0.1:${proxyPort}`, '/ml/seen/1', { body: '{}' })

    expect(JSON.parse(bytes)).toMatchObject({
      headers: { 'x-forwarded-for': '203.0.113.7', 'x-forwarded-proto': 'https' },
      params: { id: '1' },
    })
  })

  test('R111 a client that waits for 100-continue is told to go on, through the proxy too', async () => {
    for (const port of [Number(new URL(url).port), proxyPort]) {
      const connection = await RawConnection.open(port)
      connection.send('POST /ml/plain HTTP/1.1\r\nHost: a\r\nContent-Length: 7\r\nExpect: 100-continue\r\n\r\n')
      await connection.until(() => connection.received.startsWith('HTTP/1.1 100'))
      connection.send('{"x":3}')
      await connection.until(() => connection.received.endsWith('{"y":6}'))

      expect(connection.received).toContain('HTTP/1.1 200')
      connection.destroy()
    }
  })
})

describe('mounted in another server', () => {
  let server: Server

  beforeAll(async () => {
    server = createServer(app)
    await server.open()
  })
  afterAll(() => server.stop({ graceful: false }))

  const ask = (path: string, init: RequestInit = {}) =>
    server.handle(new Request(`http://other.example${path}`, { method: 'POST', ...init }))

  test('R111 a request is answered by a response, without an address', async () => {
    const response = await ask('/plain', { body: '{"x":4}' })

    expect([response.status, await response.json()]).toEqual([200, { y: 8 }])
    expect(response.headers.get('x-trail')).toBe('global-in handler global-out')
    expect(server.address).toBeUndefined()
  })

  test('R111 errors are responses, of the head, the path and the body', async () => {
    expect((await ask('/nowhere')).status).toBe(404)
    expect((await ask('/plain', { method: 'GET' })).status).toBe(405)
    expect((await ask('/plain', { body: 'nonsense' })).status).toBe(400)
    expect((await ask('/plain', { body: ' '.repeat(11 * 1024 ** 2) })).status).toBe(413)
    expect((await ask('/plain')).status).toBe(400)
  })

  test('R111 bodies of every size come through', async () => {
    const response = await ask('/plain', { body: JSON.stringify(bodies[2]) })
    const body: { readonly predictions: readonly number[] } = JSON.parse(await response.text())

    expect(body.predictions).toHaveLength(20_000)
  })

  test('a server that listens handles requests too, and one that does not serve says so', async () => {
    const listening = createServer(app)
    await expect(listening.handle(new Request('http://a/'))).rejects.toMatchObject({ code: 'LIFECYCLE_MISUSE' })
    await listening.serve()

    const response = await listening.handle(new Request('http://a/plain', { method: 'POST', body: '{"x":1}' }))

    expect(response.status).toBe(200)
    await listening.stop()
    await expect(listening.handle(new Request('http://a/'))).rejects.toMatchObject({ code: 'LIFECYCLE_MISUSE' })
  })
})
