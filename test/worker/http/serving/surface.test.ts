import { connect } from 'node:net'
import { text } from 'node:stream/consumers'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { testedKinds } from '../front-end/tested-kinds.ts'
import { ServedApp } from './served-app.ts'

describe.each(testedKinds)('the HTTP surface over %s', (kind) => {
  let app: ServedApp

  beforeAll(async () => {
    app = await ServedApp.start(kind, 'described/app.js')
  })
  afterAll(() => app.stop())

  test('M1 GET / says that the server is ready, and HEAD / the same without a body', async () => {
    const get = await app.get('/')
    const head = await app.get('/', 'HEAD')

    expect([get.status, get.text]).toEqual([200, 'ready\n'])
    expect([head.status, head.text]).toEqual([200, ''])
    for (const name of ['content-type', 'content-length', 'server']) {
      expect([name, head.headers.get(name)]).toEqual([name, get.headers.get(name)])
    }
  })

  test('M3 every answer that we produce has a server header', async () => {
    const answers = [
      await app.post('/exp', { x: 1 }),
      await app.post('/exp', [{ x: 1 }]),
      await app.post('/exp', { y: 1 }),
      await app.post('/exp', 'nothing'),
      await app.post('/exp', '', { 'content-type': 'image/png' }),
      await app.post('/loose', ''),
      await app.get('/exp'),
      await app.get('/nowhere'),
      ...(await Promise.all(
        ['/', '/metrics', '/livez', '/openapi.json', '/docs', '/docs/page.js'].map((path) => app.get(path)),
      )),
      await app.get('/docs', 'HEAD'),
    ]

    expect(answers.map(({ status }) => status)).toEqual([
      200, 200, 422, 400, 415, 200, 405, 404, 200, 200, 200, 200, 200, 200, 200,
    ])
    for (const { headers } of answers) expect(headers.get('server')).toBe('redesmyn')
  })

  test('M4 metrics are Prometheus text and say so', async () => {
    const { status, headers, text } = await app.get('/metrics')

    expect(status).toBe(200)
    expect(headers.get('content-type')).toMatch(/^text\/plain; version=0\.0\.4/)
    expect(text).toMatch(/^# HELP cascade_\w+ /)
  })

  test('M7 a path that nobody serves is 404, and so is a known one with a slash behind it', async () => {
    expect((await app.post('/nowhere', {})).status).toBe(404)
    expect((await app.post('/exp/', { x: 1 })).status).toBe(404)
    expect((await app.get('/metrics/')).status).toBe(404)
    expect((await app.post('/exp', { x: 1 })).status).toBe(200)
  })

  test('M8 the wrong method is 405 and says which are right', async () => {
    const posted = await app.get('/exp')
    const got = await app.post('/metrics', {})

    expect([posted.status, posted.headers.get('allow')]).toEqual([405, 'POST'])
    expect([got.status, got.headers.get('allow')]).toEqual([405, 'GET, HEAD'])
  })

  test('M23 who accepts a problem gets one, with the id of the request, and nobody else does', async () => {
    const headers = { accept: 'application/problem+json, application/json', 'x-request-id': 'a-problem' }
    const refused = await app.post('/exp', { x: 'two' }, headers)
    const unread = await app.post('/exp', '', { ...headers, 'content-type': 'image/png' })
    const unknown = await app.post('/nowhere', {}, headers)
    const plain = await app.post('/exp', { x: 'two' })
    const answered = await app.post('/exp', { x: 0 }, headers)

    for (const { headers: sent } of [refused, unread, unknown]) {
      expect(sent.get('content-type')).toBe('application/problem+json')
    }
    expect(refused.body).toMatchObject({
      type: 'about:blank',
      title: 'Unprocessable Entity',
      status: 422,
      detail: expect.stringContaining('/x'),
      code: 'RECORD_INVALID',
      requestId: 'a-problem',
      details: { issues: [expect.objectContaining({ pointer: '/x' })] },
    })
    expect(unread.body).toMatchObject({ status: 415, code: 'MEDIA_TYPE_UNSUPPORTED' })
    expect(unknown.body).toMatchObject({ status: 404, code: 'ROUTE_NOT_FOUND' })
    expect([plain.headers.get('content-type'), plain.body.error.code]).toEqual(['application/json', 'RECORD_INVALID'])
    expect([answered.headers.get('content-type'), answered.text]).toEqual(['application/json', '{"y":1}'])
  })

  test('M80 a path as OpenAI has it answers a nested object with one', async () => {
    const { status, text } = await app.post('/v1/embeddings', { input: ['a', 'bcd'], model: 'letters' })

    expect(status).toBe(200)
    expect(JSON.parse(text)).toEqual({
      object: 'list',
      data: [
        { index: 0, embedding: [1] },
        { index: 1, embedding: [3] },
      ],
    })
  })
})

test('M3 what the parser of node:http refuses has a server header too', async () => {
  const app = await ServedApp.start('http', 'described/app.js')
  const socket = connect(app.port, '127.0.0.1')
  socket.write('GARBAGE\r\n\r\n')

  const answer = await text(socket)
  await app.stop()

  expect(answer).toMatch(/^HTTP\/1\.1 400 /)
  expect(answer).toContain('\r\nserver: redesmyn\r\n')
})
