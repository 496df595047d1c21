import { rm, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { column, stage } from '@redesmyn/core'
import { Type } from 'typebox'
import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest'
import { httpInstance } from '../../../packages/cascade/dist/between/http-instance.js'
import type { HttpInstanceOptions } from '../../../packages/cascade/dist/between/http/http-instance-options.js'
import { encodeBatch } from '../../../packages/cascade/dist/wire/arrow-message.js'
import { before, echo, patient, told } from '../../apps/handoffs.ts'
import { SeededRandom } from '../../fuzz/seeded-random.ts'
import { context, wantOf } from '../between/call-context.ts'
import { rejectionOf } from '../handoff/rejection-of.ts'
import { batchOf } from '../handoff/rows-batch.ts'
import { type Certificates, makeCertificates } from './certificates.ts'
import { type HttpService, type HttpServiceOptions, openHttpService } from './http-service.ts'
import { connectTo, exchange, readToEnd } from './raw-request.ts'

const ends: (() => Promise<unknown>)[] = []
const arrowType = 'application/vnd.apache.arrow.stream'
const rows = batchOf(told.input, [{ id: 1 }, { id: 2 }])
const body = Buffer.concat(encodeBatch(rows))

afterEach(async () => {
  await Promise.all(ends.splice(0).map((end) => end()))
})

async function serve(options: HttpServiceOptions = {}): Promise<HttpService> {
  const served = await openHttpService([told, echo, before, patient, weigh], options)
  ends.push(() => served.listener.close('abort'))
  return served
}

function instanceOf(url: string, options: Partial<HttpInstanceOptions> = {}) {
  const instance = httpInstance({ stage: 'told', url, ...options })
  ends.push(() => instance.close('abort'))
  return instance
}

function post(url: string, init: RequestInit = {}, path = '/cascade/v1/told'): Promise<Response> {
  return fetch(`${url}${path}`, { method: 'POST', headers: { 'content-type': arrowType }, body, ...init })
}

/** Says how many bytes it was given, and gives as many back. */
const weigh = stage({
  name: 'weigh',
  input: Type.Object({ bytes: column.bytes(), wanted: Type.Integer() }),
  output: Type.Object({ length: Type.Integer(), bytes: column.bytes() }),
  batch: { maxRows: 16 },
  handler: (batch) => ({
    length: batch.rows().map((row) => row.bytes.byteLength),
    bytes: batch.rows().map((row) => new Uint8Array(Number(row.wanted))),
  }),
})

describe('requests', () => {
  test.each([
    ['GET', '/livez', 200],
    ['GET', '/readyz', 200],
    ['GET', '/metrics', 200],
    ['GET', '/.well-known/cascade', 200],
    ['GET', '/cascade/v1/told', 405],
    ['POST', '/livez', 405],
    ['GET', '/', 404],
    ['POST', '/cascade/v1/nope', 404],
    ['POST', '/cascade/v1/%zz', 404],
    ['POST', '/cascade/v1/..%2f..', 404],
  ])('%s %s is answered with %i', async (method, path, status) => {
    const { url } = await serve()

    const response = await fetch(`${url}${path}`, { method })

    expect(response.status).toBe(status)
    if (status === 405) expect(response.headers.get('allow')).toMatch(/POST|GET, HEAD/)
    if (status >= 400) {
      expect(await response.json()).toMatchObject({
        error: { code: expect.any(String), requestId: expect.any(String) },
      })
    }
  })

  test.each([
    ['no body', { body: '' }, 400, 'BODY_MALFORMED'],
    ['bytes that are no Arrow', { body: 'nothing' }, 400, 'BODY_MALFORMED'],
    ['another type', { headers: { 'content-type': 'text/csv' } }, 415, 'MEDIA_TYPE_UNSUPPORTED'],
    [
      'an encoding',
      { headers: { 'content-type': arrowType, 'content-encoding': 'gzip' } },
      415,
      'MEDIA_TYPE_UNSUPPORTED',
    ],
    ['no deadline', { headers: { 'content-type': arrowType, 'cascade-deadline-ms': 'soon' } }, 400, 'REQUEST_INVALID'],
    ['no partition', { headers: { 'content-type': arrowType, 'cascade-partition': 'north' } }, 400, 'REQUEST_INVALID'],
    ['JSON that is none', { headers: { 'content-type': 'application/json' }, body: '[{' }, 400, 'BODY_MALFORMED'],
    [
      'JSON that is no record',
      { headers: { 'content-type': 'application/json' }, body: '[{"id":"x"}]' },
      422,
      'RECORD_INVALID',
    ],
    ['another schema', { headers: { 'content-type': arrowType, 'cascade-schema': 'x:utf8' } }, 409, 'SCHEMA_MISMATCH'],
  ])('a call with %s is refused, and the stage is not called', async (_, init, status, code) => {
    const { url, service } = await serve()

    const response = await post(url, init)

    expect(response.status).toBe(status)
    expect(await response.json()).toMatchObject({ error: { code } })
    if (code !== 'SCHEMA_MISMATCH') expect(response.headers.get('cascade-not-executed')).toBe('1')
    expect(service.freeBytes).toBe(1e6)
  })

  test('headers tell what a handler is told, and rows lie in shared memory', async () => {
    const { url, service } = await serve()
    const headers = {
      'content-type': arrowType,
      'idempotency-key': 'part%207',
      'cascade-attempt': '3',
      'cascade-deadline-ms': '60000',
      'cascade-partition': 'region=north%26south&day=1',
      'cascade-schema': 'id:int64',
    }

    const response = await post(url, { headers })

    expect(response.status).toBe(200)
    expect(response.headers.get('content-type')).toBe(arrowType)
    expect(response.headers.get('cascade-credits')).toMatch(/^\d+$/)
    expect(response.headers.get('server-timing')).toMatch(/^stage;dur=[\d.]+$/)
    const [head] = service.heads
    expect(head).toMatchObject({ idempotencyKey: 'part 7', attempt: 3, schema: 'id:int64' })
    expect({ ...head?.partition }).toEqual({ region: 'north&south', day: '1' })
    expect(head?.deadlineMs).toBeLessThanOrEqual(60_000)
    expect(service.sharedBatches).toEqual([true])
    await expect.poll(() => service.releasedReplies).toBe(1)
    await expect.poll(() => service.freeBytes).toBe(1e6)
  })

  test('R137 a call as JSON is answered as JSON, 64-bit integers exact, failed rows told by number', async () => {
    const { url } = await serve()
    const record = { x: 0.5, small: 1, isOdd: false, note: null, parts: [1, 2], count: 3 }
    const records = ['yes', 'no', 'yes'].map((text, id) =>
      JSON.stringify({ id, ...record, text }).replace('}', ',"big":9223372036854775807}'),
    )
    const headers = { 'content-type': 'application/json' }

    const response = await post(url, { headers, body: `[${records.join()}]` }, '/cascade/v1/before')
    const text = await response.text()

    expect(text).toContain('"big":9223372036854775807')
    expect(JSON.parse(text)).toMatchObject({
      predictions: [{ id: 0, x: 0.5 }, { id: 2 }],
      rejects: [{ row: 1, code: 'REQUEST_INVALID', message: 'the text says no' }],
    })
  })
})

describe('bodies', () => {
  const megabyte = 2 ** 20
  test.each([
    ['64 KB', 65_536, 65_536],
    ['1 MB', megabyte, megabyte],
    ['8 MB', 8 * megabyte, 8 * megabyte],
    ['64 MB', 64 * megabyte, 1024],
  ])('C62 eight bodies of %s at once are all answered', { timeout: 90_000 }, async (_, bytes, wanted) => {
    const { url } = await serve({ maxBytes: 1e9 })
    const instance = instanceOf(url, { stage: 'weigh' })
    const batch = batchOf(weigh.input, [{ bytes: new Uint8Array(bytes), wanted }])

    const replies = await Promise.all(
      Array.from({ length: 8 }, (__, key) => instance.call(batch, context({ idempotencyKey: `call ${key}` }))),
    )

    for (const { batch: answered, carried } of replies) {
      expect(Number(answered.column('length').get(0))).toBe(bytes)
      expect(carried.serialisedBytes).toBeGreaterThan(bytes + wanted)
    }
  })

  test('C62 a body over the limit is refused for good, before it is read', async () => {
    const { url, service } = await serve({ maxBytes: 1e6 })
    const batch = batchOf(weigh.input, [{ bytes: new Uint8Array(4e7), wanted: 0 }])

    const error = await rejectionOf(instanceOf(url, { stage: 'weigh' }).call(batch, context()))
    const head = `POST /cascade/v1/told HTTP/1.1\r\nhost: a\r\ncontent-type: ${arrowType}\r\ncontent-length: 4000000\r\n`
    const refused = await exchange(url, `${head}expect: 100-continue\r\nconnection: close\r\n\r\n`)

    expect(error).toMatchObject({ code: 'BODY_TOO_LARGE', meaning: { isRetryable: false, http: 413 } })
    expect(refused).toMatch(/^HTTP\/1.1 413 /)
    expect(refused).not.toContain('100 Continue')
    expect(service.heads).toEqual([])
  })

  test('a chunked body is read up to a bound, and has its own size when the stage runs', async () => {
    const { url, service } = await serve({ limits: { maxChunkedBytes: 10_000 } })
    const stream = (bytes: Uint8Array) => ({
      body: new Blob([new Uint8Array(bytes)]).stream(),
      duplex: 'half' as const,
    })

    const taken = await post(url, stream(body))
    const refused = await post(url, stream(new Uint8Array(20_000)))

    expect(taken.status).toBe(200)
    expect(refused.status).toBe(413)
    expect(service.freeBytes).toBe(1e6)
  })

  test('a body that is announced is waited for', async () => {
    const { url } = await serve()
    const socket = await connectTo(url)
    const head = `POST /cascade/v1/told HTTP/1.1\r\nhost: a\r\ncontent-type: ${arrowType}\r\nexpect: 100-continue\r\nconnection: close\r\n`
    socket.write(`${head}content-length: ${body.byteLength}\r\n\r\n`)
    socket.once('data', () => socket.write(body))

    expect(await readToEnd(socket)).toMatch(/^HTTP\/1.1 100 Continue\r\n\r\nHTTP\/1.1 200 OK/)
  })
})

describe('slow and hostile senders', () => {
  test('C61 a body that trickles is answered with 408, and its room is free again', async () => {
    const { url, service } = await serve({ limits: { bodyTimeoutMs: 200 } })
    const socket = await connectTo(url)
    const head = `POST /cascade/v1/told HTTP/1.1\r\nhost: a\r\ncontent-type: ${arrowType}\r\ncontent-length: 9000\r\n\r\n`
    socket.write(head)
    const timer = setInterval(() => socket.write('x'), 20)

    const answer = await readToEnd(socket)
    clearInterval(timer)

    expect(answer).toMatch(/^HTTP\/1.1 408 /)
    expect(answer).toContain('UPLOAD_STALLED')
    expect(answer).toContain('cascade-not-executed: 1')
    expect(service.freeBytes).toBe(1e6)
  })

  test('C61 headers that trickle are answered with 408', async () => {
    const { url } = await serve({ limits: { bodyTimeoutMs: 200 } })
    const socket = await connectTo(url)
    socket.write('GET /livez HTTP/1.1\r\n')
    const timer = setInterval(() => socket.write('a'), 20)

    const answer = await readToEnd(socket)
    clearInterval(timer)

    expect(answer).toMatch(/^HTTP\/1.1 408 /)
  })

  test('C61 a reply that nobody takes ends its connection, and its memory is free again', async () => {
    const { url, service } = await serve({ maxBytes: 1e8, limits: { bodyTimeoutMs: 200 } })
    const bytes = Buffer.concat(encodeBatch(batchOf(weigh.input, [{ bytes: new Uint8Array(1), wanted: 5e7 }])))
    const socket = await connectTo(url)
    const head = `POST /cascade/v1/weigh HTTP/1.1\r\nhost: a\r\ncontent-type: ${arrowType}\r\ncontent-length: ${bytes.byteLength}\r\n\r\n`
    socket.write(head)
    socket.write(bytes)

    await expect.poll(() => service.releasedReplies, { timeout: 10_000 }).toBe(1)
    await expect.poll(() => service.freeBytes).toBe(1e8)
    socket.destroy()
  })

  test('a sender that goes away aborts its call', async () => {
    const { url, service } = await serve()
    const bytes = Buffer.concat(encodeBatch(batchOf(patient.input, [{ id: 1 }])))
    const socket = await connectTo(url)
    const head = `POST /cascade/v1/patient HTTP/1.1\r\nhost: a\r\ncontent-type: ${arrowType}\r\ncontent-length: ${bytes.byteLength}\r\n\r\n`
    socket.write(head)
    socket.write(bytes)
    await expect.poll(() => service.heads.length).toBe(1)

    socket.destroy()

    await expect.poll(() => service.abortReasons).toMatchObject([{ code: 'CLIENT_GONE' }])
    await expect.poll(() => service.freeBytes).toBe(1e6)
  })

  test('C61 a thousand random requests end nothing', { timeout: 60_000 }, async () => {
    const { url, service } = await serve({ limits: { bodyTimeoutMs: 300 } })
    const random = new SeededRandom(61)

    for (let round = 0; round < 25; round++) {
      await Promise.all(Array.from({ length: 40 }, () => sendBroken(url, random)))
    }
    const { batch } = await instanceOf(url).call(rows, context())

    expect(batch.rowCount).toBe(2)
    await expect.poll(() => service.freeBytes, { timeout: 5000 }).toBe(1e6)
  })
})

/** A request with some of its bytes changed, cut off or thrown in. */
async function sendBroken(url: string, random: SeededRandom): Promise<void> {
  const head = `POST /cascade/v1/told HTTP/1.1\r\nhost: a\r\ncontent-type: ${arrowType}\r\ncontent-length: ${body.byteLength}\r\n\r\n`
  const bytes = Buffer.concat([Buffer.from(head), body])
  // Most in the body: what the head can be is the parser's own matter.
  const from = random.below(3) === 0 ? 0 : head.length
  for (let times = random.below(6); times >= 0; times--) {
    bytes[from + random.below(bytes.byteLength - from)] = random.below(256)
  }
  const socket = await connectTo(url)
  socket.write(bytes.subarray(0, random.below(4) === 0 ? random.below(bytes.byteLength) : bytes.byteLength))
  socket.end()
  await readToEnd(socket)
}

describe('C119 who may listen and who may call', () => {
  let certificates: Certificates

  beforeAll(async () => {
    certificates = await makeCertificates()
  })

  afterAll(() => rm(certificates.folder, { recursive: true }))

  test('C119 beyond loopback nothing listens in plain text, unless it is told to', async () => {
    const error = await rejectionOf(serve({ address: 'http://0.0.0.0:0' }))
    const { url } = await serve({ address: 'http://0.0.0.0:0', security: { isInsecure: true } })

    expect(error).toMatchObject({ code: 'CONFIG_INVALID', message: expect.stringContaining('--insecure') })
    expect(url).toMatch(/^http:\/\/0\.0\.0\.0:\d+$/)
  })

  test.each([
    ['https://127.0.0.1:0', {}, 'needs a certificate'],
    ['https://127.0.0.1:0', { certPath: '/nope.pem', keyPath: '/nope.key' }, 'cannot be read from "/nope'],
    ['http://127.0.0.1:0', { certPath: '/nope.pem', keyPath: '/nope.key' }, 'begins with https:'],
    ['http://127.0.0.1:0/path', {}, 'nothing else'],
    ['http://user:hidden@127.0.0.1:0', {}, 'nothing else'],
  ])('%s with %j is refused', async (address, security, rule) => {
    const error = await rejectionOf(serve({ address, security }))

    expect(error).toMatchObject({ code: 'CONFIG_INVALID', message: expect.stringContaining(rule) })
    expect(String(error)).not.toContain('hidden')
  })

  test('C119 senders without a certificate, or with one of another authority, are refused', async () => {
    const { authority, server, client, stranger, strangerAuthority } = certificates
    const security = { certPath: server.certPath, keyPath: server.keyPath, caPath: authority.certPath }
    const { url, service } = await serve({ address: 'https://127.0.0.1:0', security })
    const ca = authority.cert

    const { batch } = await instanceOf(url, { tls: { ca, cert: client.cert, key: client.key } }).call(rows, context())
    const refused = [
      { ca },
      { ca, cert: stranger.cert, key: stranger.key },
      { ca: strangerAuthority.cert, cert: client.cert, key: client.key },
      { ca, cert: client.cert, key: client.key, serverName: 'elsewhere.example' },
    ]
    const errors = await Promise.all(
      refused.map((tls) => rejectionOf(instanceOf(url, { tls }).hello(wantOf(told), new AbortController().signal))),
    )

    expect(batch.rowCount).toBe(2)
    for (const error of errors) expect(error).toMatchObject({ code: 'HANDOFF_FAILED', details: { instance: url } })
    expect(service.heads).toHaveLength(1)
  })

  test('C119 C122 a token is asked for, and told nowhere', async () => {
    const tokenPath = join(certificates.folder, 'token')
    await writeFile(tokenPath, 'hidden-token\n')
    const { url, service, lines } = await serve({ security: { tokenPath } })
    const { signal } = new AbortController()

    await instanceOf(url, { token: 'hidden-token' }).hello(wantOf(told), signal)
    const errors = await Promise.all(
      ['hidden-toke', 'hidden-tokens', undefined].map((token) => {
        return rejectionOf(instanceOf(url, token === undefined ? {} : { token }).call(rows, context()))
      }),
    )
    const probe = await fetch(`${url}/livez`)
    const metrics = await fetch(`${url}/metrics`)

    for (const error of errors) expect(error).toMatchObject({ code: 'UNAUTHENTICATED' })
    expect(service.heads).toEqual([])
    expect([probe.status, metrics.status]).toEqual([200, 401])
    expect(lines.join() + JSON.stringify(errors) + errors.map(String).join()).not.toContain('hidden-token')
  })
})

describe('draining', () => {
  test('answers what was begun, refuses what comes, and closes', async () => {
    const { url, service, listener } = await serve()
    const kept = await connectTo(url)
    const bytes = Buffer.concat(encodeBatch(batchOf(patient.input, [{ id: 1 }])))
    const stop = new AbortController()
    const running = rejectionOf(post(url, { body: bytes, signal: stop.signal }, '/cascade/v1/patient'))
    await expect.poll(() => service.heads.length).toBe(1)

    const drained = listener.close('drain')
    kept.write(
      `POST /cascade/v1/told HTTP/1.1\r\nhost: a\r\ncontent-type: ${arrowType}\r\ncontent-length: ${body.byteLength}\r\n\r\n`,
    )
    kept.write(body)
    const refused = await readToEnd(kept)
    const late = await rejectionOf(instanceOf(url).call(rows, context()))
    stop.abort()
    await drained

    expect(refused).toMatch(/^HTTP\/1.1 503 /)
    expect(refused).toContain('cascade-not-executed: 1')
    expect(refused.toLowerCase()).toContain('connection: close')
    expect(late).toMatchObject({ code: 'HANDOFF_FAILED', details: { notExecuted: true } })
    expect(await running).toMatchObject({ name: 'AbortError' })
  })
})
