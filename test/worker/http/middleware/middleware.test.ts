import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { RawConnection } from '../front-end/raw-connection.ts'
import { testedKinds } from '../front-end/tested-kinds.ts'
import { ServedApp } from '../serving/served-app.ts'

describe.each(testedKinds)('middleware over %s', (kind) => {
  let app: ServedApp

  beforeAll(async () => {
    app = await ServedApp.start(kind, 'wrapped.ts')
  })
  afterAll(() => app.stop())

  test('R109 requests pass middleware inwards in order and replies outwards, global ones outside', async () => {
    const { headers, body } = await app.post('/onion', { x: 2 })

    expect(body).toEqual({ y: 4 })
    expect(headers.get('x-trail')).toBe('global-in a-in b-in handler b-out a-out global-out')
  })

  test('R109 global middleware is around an endpoint that has none of its own', async () => {
    const { headers } = await app.post('/plain', { x: 2 })

    expect(headers.get('x-trail')).toBe('global-in handler global-out')
  })

  test('R109 middleware that answers itself skips the rest', async () => {
    const { status, text, headers } = await app.post('/cached', { x: 2 })

    expect([status, text]).toEqual([203, 'from the cache'])
    expect(headers.get('x-trail')).toBe('global-in handler global-out')
  })

  test('R109 what middleware throws is answered by the table, and tells nothing of a stranger’s error', async () => {
    const strange = await app.post('/failing', { x: 2 })
    const ours = await app.post('/failing?as=ours', { x: 2 })
    const nothing = await app.post('/failing?as=nothing', { x: 2 })

    expect([strange.status, strange.body.error.code]).toEqual([500, 'HANDLER_ERROR'])
    expect(strange.text).not.toContain('hunter2')
    expect(strange.body.error.details).toEqual({})
    expect(strange.headers.get('x-trail')).toBe('global-in a-in handler a-out global-out')
    expect([ours.status, ours.body.error.message]).toEqual([429, 'not now'])
    expect(ours.headers.get('retry-after')).toBe('1')
    expect(nothing.status).toBe(500)
    expect(JSON.stringify(await app.log())).toContain('the password is hunter2')
  })

  test('R109 an error of the handler is a reply to middleware', async () => {
    const { status, headers, body } = await app.post('/onion', { x: -666 })

    expect([status, body.error.code]).toEqual([500, 'HANDLER_ERROR'])
    expect(headers.get('x-trail')).toContain('b-out a-out global-out')
  })

  test('R109 the state of each of 1,000 concurrent requests is its own', async () => {
    const answers = await Promise.all(Array.from({ length: 1000 }, (_, x) => app.post('/remembering', { x })))

    expect(answers.map(({ headers, body }) => [headers.get('x-state'), body.y])).toEqual(
      Array.from({ length: 1000 }, (_, x) => [String(x), 2 * x]),
    )
  })

  test('R109 next is called once at most', async () => {
    expect(await app.post('/twice-next', { x: 1 })).toMatchObject({ status: 500 })
  })

  test('R108 a request is refused for its head before its body has come', async () => {
    const connection = await RawConnection.open(app.port)
    connection.send('POST /locked HTTP/1.1\r\nHost: test\r\nContent-Length: 1000\r\n\r\n')

    const { status, body } = await connection.reply()

    expect(status).toBe(401)
    expect(JSON.parse(body)).toMatchObject({
      error: { code: 'UNAUTHENTICATED', message: 'x-key must be the right one' },
    })
    connection.destroy()
  })

  test('R108 a request whose head is right gets through', async () => {
    expect(await app.post('/locked', { x: 2 }, { 'x-key': 'open sesame' })).toMatchObject({
      status: 200,
      body: { y: 4 },
    })
  })

  test('R108 parsed records are rewritten, one or many', async () => {
    expect((await app.post('/rewritten', { x: 1 })).body).toEqual({ y: 202 })
    expect((await app.post('/rewritten', [{ x: 1 }, '{"x":2}'])).body.predictions).toEqual([202, 204])
    expect((await app.post('/rewritten', 'nonsense')).body.error.code).toBe('BODY_MALFORMED')
  })

  test('R108 headers are added to the answer', async () => {
    const { headers, body } = await app.post('/dressed', { x: 1 })

    expect(headers.get('x-served-by')).toBe('us')
    expect(headers.get('content-type')).toBe('application/json')
    expect(body).toEqual({ y: 2 })
  })

  test('R108 status and body of the answer are changed, and counted as clients see them', async () => {
    const { status, body } = await app.post('/replaced', { x: 1 })

    expect([status, body]).toEqual([202, { wrapped: { y: 2 } }])
    expect(await app.metric('cascade_answers_total{endpoint="/replaced",status="202"}')).toBe(1)
  })

  test('sees the head as it came', async () => {
    const { body } = await app.post('/seen/7?tag=a', '{}', { 'x-forwarded-for': '203.0.113.7', 'X-Request-Id': 'mine' })

    expect(body).toMatchObject({
      path: '/seen/7',
      params: { id: '7' },
      tag: 'a',
      requestId: 'mine',
      remoteAddress: '127.0.0.1',
      headers: { 'x-forwarded-for': '203.0.113.7' },
    })
  })

  test('middleware that takes too long is given up with 504', async () => {
    expect(await app.post('/slow', { x: 1 })).toMatchObject({
      status: 504,
      body: { error: { code: 'DEADLINE_EXCEEDED' } },
    })
  })

  test('a body that arrives in pieces, while middleware thinks, is served whole', async () => {
    const connection = await RawConnection.open(app.port)
    connection.send('POST /remembering HTTP/1.1\r\nHost: test\r\nContent-Length: 8\r\n\r\n{"x"')
    await new Promise((resolve) => setTimeout(resolve, 20))
    connection.send(':21}')

    expect(await connection.reply()).toMatchObject({ status: 200, body: '{"y":42}' })
    connection.destroy()
  })

  test('a body that is too large is 413 with middleware too', async () => {
    const connection = await RawConnection.open(app.port)
    connection.send('POST /plain HTTP/1.1\r\nHost: test\r\nContent-Length: 100000000\r\n\r\n')

    expect(await connection.reply()).toMatchObject({ status: 413 })
    connection.destroy()
  })

  test('a client that leaves is counted once, and middleware comes to its end', async () => {
    const connection = await RawConnection.open(app.port)
    connection.send('POST /onion HTTP/1.1\r\nHost: test\r\nContent-Length: 8\r\n\r\n{"x"')
    await new Promise((resolve) => setTimeout(resolve, 20))
    connection.destroy()

    await expect.poll(() => app.metric('cascade_answers_total{endpoint="/onion",status="499"}').catch(() => 0)).toBe(1)
  })

  test('R110 R114 a handler gets what the app provides, and the parameters of its path', async () => {
    expect((await app.post('/greet/ann', { x: 1 })).body).toEqual({ x: 2, from: 'hello ann' })
  })

  test('R113 a service that answers what its schema does not allow is 500', async () => {
    expect(await app.post('/wrong', { x: 1 })).toMatchObject({
      status: 500,
      body: { error: { code: 'OUTPUT_SCHEMA_MISMATCH' } },
    })
  })
})
