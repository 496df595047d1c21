import { randomBytes } from 'node:crypto'
import { inspect } from 'node:util'
import { column, compileRecordSchema, type ObjectSchema, stage } from '@redesmyn/core'
import { Type } from 'typebox'
import { afterEach, describe, expect, test } from 'vitest'
import { httpInstance } from '../../../packages/cascade/dist/between/http-instance.js'
import type { HttpInstanceOptions } from '../../../packages/cascade/dist/between/http/http-instance-options.js'
import type { Instance } from '../../../packages/cascade/dist/between/instance.js'
import { echo, Only, patient, Told, told } from '../../apps/handoffs.ts'
import { thrownBy } from '../../thrown.ts'
import { rejectionOf } from '../handoff/rejection-of.ts'
import { batchOf } from '../handoff/rows-batch.ts'
import { type HttpService, openHttpService } from '../stage-server/http-service.ts'
import { context, wantOf } from './call-context.ts'
import { httpPeer, type Peer, rawPeer } from './peers.ts'

const { signal } = new AbortController()
const ends: (() => Promise<unknown>)[] = []

afterEach(async () => {
  await Promise.all(ends.splice(0).map((end) => end()))
})

function open(options: Partial<HttpInstanceOptions> & { readonly url: string }): Instance {
  const instance = httpInstance({ stage: 'told', ...options })
  ends.push(() => instance.close('abort'))
  return instance
}

async function serve(...[stages, options]: Parameters<typeof openHttpService>): Promise<HttpService> {
  const served = await openHttpService(stages, options)
  ends.push(() => served.listener.close('abort'))
  return served
}

async function meet(peer: Promise<Peer>): Promise<Peer> {
  const met = await peer
  ends.push(() => met.close())
  return met
}

const rows = batchOf(told.input, [{ id: 1 }, { id: 2 }])

describe('C61 a peer that is no stage server ends hello with a clear error within 2 s', () => {
  const page = 'a plain web server that has no such page'
  const peers: readonly (readonly [string, () => Promise<Peer>, string, RegExp])[] = [
    [page, () => httpPeer((_, response) => response.writeHead(404).end('<h1>no</h1>')), 'BETWEEN_UNSUPPORTED', /404/],
    [
      'a web server with a page for all',
      () => httpPeer((_, response) => response.end('<h1>hi</h1>')),
      'BETWEEN_UNSUPPORTED',
      /JSON/,
    ],
    ['another API', () => httpPeer((_, response) => response.end('{"stages":[]}')), 'BETWEEN_UNSUPPORTED', /version 1/],
    [
      'a later protocol',
      () => httpPeer((_, response) => response.end('{"cascade":2,"stages":[]}')),
      'BETWEEN_UNSUPPORTED',
      /got 2/,
    ],
    [
      'a redirect',
      () => httpPeer((_, response) => response.writeHead(302, { location: '/' }).end()),
      'BETWEEN_UNSUPPORTED',
      /302/,
    ],
    ['random bytes', () => rawPeer((socket) => socket.write(randomBytes(4096))), 'BETWEEN_UNSUPPORTED', /HTTP/],
    ['an endless page', () => httpPeer((_, response) => flood(response)), 'BODY_TOO_LARGE', /limit/],
    ['silence', () => rawPeer(() => undefined), 'HANDOFF_FAILED', /did not answer within 1500 ms/],
    ['one byte now and then', () => rawPeer(trickle), 'HANDOFF_FAILED', /did not answer within 1500 ms/],
    ['a connection that closes at once', () => rawPeer((socket) => socket.destroy()), 'HANDOFF_FAILED', /connection/],
  ]
  test.each(peers)('C61 %s', { timeout: 30_000 }, async (_, peer, code, message) => {
    const { url } = await meet(peer())
    const startedAt = performance.now()

    const error = await rejectionOf(open({ url }).hello(wantOf(told), signal))

    expect(error).toMatchObject({ code, message: expect.stringMatching(message) })
    expect(String(error)).toContain(url)
    expect(performance.now() - startedAt).toBeLessThan(2000)
  })

  test('C61 nobody who listens, an unknown host, and TLS where there is none', async () => {
    const { url } = await meet(httpPeer((_, response) => response.end()))
    const closed = await rawPeer(() => undefined)
    await closed.close()

    const wheres = [closed.url, 'http://no-such-host.invalid', url.replace('http', 'https')]
    const errors = await Promise.all(
      wheres.map((where) => rejectionOf(open({ url: where }).hello(wantOf(told), signal))),
    )

    for (const error of errors) {
      expect(error).toMatchObject({ code: 'HANDOFF_FAILED', details: { stage: 'told', notExecuted: true } })
    }
  })
})

/** A body that does not end. */
function flood(response: { write(text: string): boolean; once(event: 'drain', go: () => void): unknown }): void {
  while (response.write('x'.repeat(65_536)));
  response.once('drain', () => flood(response))
}

function trickle(socket: { write(text: string): boolean; once(event: 'close', end: () => void): unknown }): void {
  socket.write('HTTP/1.1 200 OK\r\n')
  const timer = setInterval(() => socket.write('a'), 50)
  socket.once('close', () => clearInterval(timer))
}

describe('contracts', () => {
  const wide = Type.Object({ id: Type.Integer(), more: Type.String() })
  const variants: readonly (readonly [string, ObjectSchema, ObjectSchema, string | undefined])[] = [
    ['an added required column', wide, Told, '"more" is missing'],
    ['an extra output column', Only, Type.Object({ ...Told.properties, more: Type.String() }), undefined],
  ]
  test.each(variants)('C57 a stage with %s', async (_, input, output, problem) => {
    const other = stage({ name: 'told', input, output, handler: (batch): readonly unknown[] => batch.rows() })
    const { url } = await serve([other])

    const hello = open({ url }).hello(wantOf(told), signal)

    if (problem === undefined) expect(await hello).toMatchObject({ name: 'told', effects: 'pure' })
    else expect(await rejectionOf(hello)).toMatchObject({ code: 'SCHEMA_MISMATCH', details: { columns: [problem] } })
  })

  test.each([
    ['a narrower column', column.int32(), undefined],
    ['a column that may be null', Type.Optional(Type.Integer()), '"id" may be null and must not be'],
    ['a column of another type', Type.String(), '"id" is utf8 and must be int64'],
  ])('C57 a sender with %s', async (_, id, problem) => {
    const { url } = await serve([told])
    const { fields, fingerprint } = compileRecordSchema(Type.Object({ id }), 'what a sender has')

    const hello = open({ url }).hello({ ...wantOf(told), input: { fields, fingerprint } }, signal)

    if (problem === undefined) expect(await hello).toMatchObject({ name: 'told' })
    else expect(await rejectionOf(hello)).toMatchObject({ code: 'SCHEMA_MISMATCH', details: { columns: [problem] } })
  })

  test('C57 a fingerprint that a peer tells is not believed', async () => {
    const { url } = await meet(
      httpPeer((_, response) => {
        const contract = wantOf(told)
        const fields = [{ name: 'id', type: { kind: 'utf8' }, isNullable: false }]
        response.end(JSON.stringify({ cascade: 1, stages: [{ ...contract, input: { ...contract.input, fields } }] }))
      }),
    )

    const error = await rejectionOf(open({ url }).hello(wantOf(told), signal))

    expect(error).toMatchObject({ code: 'SCHEMA_MISMATCH', details: { columns: ['"id" is int64 and must be utf8'] } })
  })

  test('a stage that is not offered is told with those that are', async () => {
    const { url } = await serve([echo, patient])

    const error = await rejectionOf(open({ url }).hello(wantOf(told), signal))

    expect(error).toMatchObject({ code: 'ROUTE_NOT_FOUND', message: expect.stringContaining('"echo", "patient"') })
  })

  test('C58 a stage that has other columns since is noticed by the next call, and runs nothing', async () => {
    const first = await serve([told])
    const instance = open({ url: first.url })
    await instance.hello(wantOf(told), signal)
    await first.listener.close('drain')
    const input = Type.Object({ id: Type.Integer(), more: Type.String() })
    const changed = stage({ name: 'told', input, output: input, handler: (batch) => batch.rows() })
    const second = await serve([changed], { address: first.url, version: '2' })

    const error = await rejectionOf(instance.call(rows, context()))

    expect(error).toMatchObject({ code: 'SCHEMA_MISMATCH', details: { stage: 'told', instance: first.url } })
    expect(second.service.heads).toHaveLength(1)
  })
})

describe('calls', () => {
  test('the base URL may have a path', async () => {
    const paths: (string | undefined)[] = []
    const { url } = await meet(
      httpPeer((request, response) => {
        paths.push(request.url)
        request.resume()
        response.writeHead(503).end()
      }),
    )
    const instance = open({ url: `${url}/deep/er/` })

    await rejectionOf(instance.hello(wantOf(told), signal))
    await rejectionOf(instance.call(rows, context()))

    expect(paths).toEqual(['/deep/er/.well-known/cascade', '/deep/er/cascade/v1/told'])
    expect(instance.address).toBe(`${url}/deep/er`)
  })

  test('a call that is given up ends with the reason, and the stage is told', async () => {
    const { url, service } = await serve([patient])
    const instance = open({ url, stage: 'patient' })
    const stop = new AbortController()
    const call = rejectionOf(instance.call(batchOf(patient.input, [{ id: 1 }]), context({ signal: stop.signal })))
    await expect.poll(() => service.heads.length).toBe(1)
    const reason = new Error('enough')

    stop.abort(reason)

    expect(await call).toBe(reason)
    await expect.poll(() => service.abortReasons).toMatchObject([{ code: 'CLIENT_GONE' }])
    await expect.poll(() => service.freeBytes).toBe(1e6)
  })

  test('a call that is not answered in time fails, and may have been run', async () => {
    const { url, service } = await serve([patient])
    const batch = batchOf(patient.input, [{ id: 1 }])

    const late = await rejectionOf(open({ url, stage: 'patient' }).call(batch, context({ deadlineMs: 150 })))
    const silent = await rejectionOf(open({ url, stage: 'patient', requestTimeoutMs: 150 }).call(batch, context()))

    expect(late).toMatchObject({ code: 'DEADLINE_EXCEEDED', details: { stage: 'patient', instance: url } })
    expect(silent).toMatchObject({ code: 'HANDOFF_FAILED', details: { stage: 'patient', instance: url } })
    expect(silent).not.toHaveProperty('details.notExecuted')
    expect(service.heads.map(({ deadlineMs }) => deadlineMs <= 150)).toEqual([true, false])
  })

  test('a reply that trickles, or breaks off, fails the call', async () => {
    const { url } = await meet(
      httpPeer((request, response) => {
        request.resume()
        const type = 'application/vnd.apache.arrow.stream'
        response.writeHead(200, { 'content-type': type, 'content-length': '100000' }).write('abc')
        if (request.headers['idempotency-key'] === 'break') setTimeout(() => response.destroy(), 20)
      }),
    )
    const instance = open({ url, requestTimeoutMs: 300 })

    const errors = [
      await rejectionOf(instance.call(rows, context({ idempotencyKey: 'break' }))),
      await rejectionOf(instance.call(rows, context({ idempotencyKey: 'trickle' }))),
    ]

    for (const error of errors) {
      expect(error).toMatchObject({ code: 'HANDOFF_FAILED' })
      expect(error).not.toHaveProperty('details.notExecuted')
    }
  })

  test.each([
    ['another type', 'text/html', Buffer.from('<h1>hi</h1>')],
    ['random bytes', 'application/vnd.apache.arrow.stream', randomBytes(2000)],
    ['nothing', 'application/vnd.apache.arrow.stream', Buffer.alloc(0)],
  ])('a reply of %s is told as such', async (_, type, body) => {
    const { url } = await meet(
      httpPeer((request, response) => {
        request.resume()
        response.writeHead(200, { 'content-type': type }).end(body)
      }),
    )

    const error = await rejectionOf(open({ url }).call(rows, context()))

    expect(error).toMatchObject({ code: 'BETWEEN_UNSUPPORTED', details: { stage: 'told', instance: url } })
  })

  test('a connection that breaks before the whole batch was handed to it has executed nothing', async () => {
    const broken = await meet(rawPeer((socket) => socket.once('data', () => socket.destroy())))
    const stuck = await meet(rawPeer((socket) => socket.pause()))
    const large = batchOf(
      told.input,
      Array.from({ length: 2_000_000 }, (_, id) => ({ id })),
    )

    const errors = await Promise.all([
      rejectionOf(open({ url: broken.url }).call(large, context())),
      rejectionOf(open({ url: stuck.url, requestTimeoutMs: 300 }).call(large, context())),
      rejectionOf(open({ url: stuck.url }).call(large, context({ deadlineMs: 300 }))),
    ])

    const details = { notExecuted: true }
    expect(errors).toMatchObject([
      { code: 'HANDOFF_FAILED', details },
      { code: 'HANDOFF_FAILED', details },
      { code: 'DEADLINE_EXCEEDED', details },
    ])
  })

  test('a reply over the limit is not read', async () => {
    const { url } = await serve([told])

    const error = await rejectionOf(
      open({ url, maxReplyBytes: 1024 }).call(
        batchOf(
          told.input,
          Array.from({ length: 500 }, (__, id) => ({ id })),
        ),
        context(),
      ),
    )

    expect(error).toMatchObject({ code: 'BODY_TOO_LARGE' })
  })

  test.each([
    [401, 'UNAUTHENTICATED'],
    [413, 'BODY_TOO_LARGE'],
    [429, 'QUEUE_FULL'],
    [503, 'HANDOFF_FAILED'],
    [500, 'HANDOFF_FAILED'],
    [400, 'BETWEEN_UNSUPPORTED'],
  ])('status %i without an error of ours is %s', async (status, code) => {
    const { url } = await meet(
      httpPeer((request, response) => {
        request.resume()
        response.writeHead(status, { 'retry-after': '2' }).end('no')
      }),
    )

    const error = await rejectionOf(open({ url }).call(rows, context()))

    expect(error).toMatchObject({ code, details: { stage: 'told', instance: url, retryAfterMs: 2000 } })
    expect(error).not.toHaveProperty('details.notExecuted')
  })

  test('what a server has no room for was not executed', async () => {
    const full = await serve([told], { maxBytes: 300 })
    const instance = open({ url: full.url })
    const large = batchOf(
      told.input,
      Array.from({ length: 500 }, (_, id) => ({ id })),
    )

    const tooLarge = await rejectionOf(instance.call(large, context()))
    await full.service.drain()
    const draining = await rejectionOf(instance.call(rows, context()))

    expect(tooLarge).toMatchObject({ code: 'BODY_TOO_LARGE', details: { notExecuted: true } })
    expect(draining).toMatchObject({ code: 'DRAINING', details: { notExecuted: true } })
    expect(full.service.heads).toEqual([])
  })
})

describe('R132 options', () => {
  test.each([
    [{ url: 'ftp://host' }, 'begins with http: or https:'],
    [{ url: 'host:8000' }, 'begins with http: or https:'],
    [{ url: 'nothing' }, 'is a URL'],
    [{ url: 'http://host/?key=hidden' }, 'without a query'],
    [{ url: 'http://user:hidden@host', token: 'hidden' }, 'give one of them'],
    [{ url: 'http://host', token: 'hid den' }, 'printable ASCII'],
    [{ url: 'http://host', tls: { ca: 'hidden' } }, 'https:'],
    [{ url: 'https://host', tls: { cert: 'hidden' } }, 'both "cert" and "key"'],
    [{ url: 'http://host', path: '/inference' }, 'goes with the format "json"'],
    [{ url: 'http://host', connectTimeoutMs: 0 }, 'from 1 to 600000'],
  ])('C122 R132 %j is refused, and its secrets are not told', (options, rule) => {
    const error = thrownBy(() => httpInstance({ stage: 'told', ...options }))

    expect(error).toMatchObject({ code: 'CONFIG_INVALID', message: expect.stringContaining(rule) })
    expect(inspect(error)).not.toContain('hid')
  })

  test('C122 a way that breaks tells no token, however deep one looks', async () => {
    const peer = await meet(rawPeer((socket) => socket.destroy()))
    const wheres = [peer.url, 'http://no-such-host.invalid', peer.url.replace('http', 'https')]

    const errors = await Promise.all(
      wheres.map((url) => rejectionOf(open({ url, token: 'hidden-token' }).call(rows, context()))),
    )

    for (const error of errors) expect(error).toMatchObject({ code: 'HANDOFF_FAILED' })
    expect(inspect(errors, { depth: 20, showHidden: true })).not.toContain('hidden-token')
  })

  test('C122 tokens and passwords are sent, and told nowhere: not by a peer that repeats them either', async () => {
    const sent = new Set<string>()
    const { url } = await meet(
      httpPeer((request, response) => {
        const { authorization = '' } = request.headers
        sent.add(authorization)
        request.resume()
        const word = authorization.startsWith('Basic') ? 'hidden-word' : ''
        const message = `unknown credentials ${authorization} ${word}`
        response
          .writeHead(401)
          .end(JSON.stringify({ error: { code: 'UNAUTHENTICATED', message, details: { authorization } } }))
      }),
    )
    const instances = [open({ url, token: 'hidden-token' }), open({ url: url.replace('//', '//user:hidden-word@') })]

    const errors = await Promise.all(instances.map((instance) => rejectionOf(instance.hello(wantOf(told), signal))))

    const basic = Buffer.from('user:hidden-word').toString('base64')
    expect(sent).toEqual(new Set([`Basic ${basic}`, 'Bearer hidden-token']))
    const all = inspect([instances, errors], { depth: 12 }) + instances.map(({ address }) => address).join()
    expect(errors[0]).toMatchObject({ code: 'UNAUTHENTICATED', message: expect.stringContaining('[redacted]') })
    for (const secret of ['hidden-token', 'hidden-word', basic]) expect(all).not.toContain(secret)
    expect(instances.map(({ address }) => address)).toEqual([url, url])
  })
})
