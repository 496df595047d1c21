import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { allowedDifferences } from './allowed-differences.ts'
import { FrontEndUnderTest, head } from './front-end-under-test.ts'
import { testedKinds } from './tested-kinds.ts'

describe.each(testedKinds)('requests over %s', (kind) => {
  const differences = allowedDifferences[kind]
  let server: FrontEndUnderTest

  beforeEach(async () => {
    server = await FrontEndUnderTest.start(kind)
  })

  afterEach(() => server.stop())

  /** What the server answers to bytes after which it closes, or to one request. */
  async function statusOf(bytes: string): Promise<number> {
    const connection = await server.connect()
    connection.send(bytes)
    await connection.until(() => connection.received.includes('\r\n\r\n'))
    connection.destroy()
    return Number(connection.received.split(' ')[1])
  }

  test('R013 the path stays encoded and the query apart, headers are found by lower-case name', async () => {
    const connection = await server.connect()

    connection.send(head('PUT /seen?a=1&b=%20', 'X-One: yes'))
    const plain = JSON.parse((await connection.reply()).body)
    connection.send(head('GET /se%65n/US%2DCA'))
    const encoded = await connection.reply()

    expect(plain).toEqual({ method: 'PUT', path: '/seen', query: 'a=1&b=%20', headers: ['yes', '', '', ''] })
    expect(encoded.status).toBe(200)
  })

  test('methods are told apart by case', async () => {
    const connection = await server.connect()

    connection.send(head('DELETE /seen'))

    expect(JSON.parse((await connection.reply()).body)).toMatchObject({ method: 'DELETE', query: '' })
  })

  test('a connection serves one request after the other', async () => {
    const connection = await server.connect()
    const bodies: string[] = []

    for (const body of ['one', 'two', 'three']) {
      connection.send(`${head('POST /echo', `Content-Length: ${body.length}`)}${body}`)
      bodies.push((await connection.reply()).body)
    }

    expect(bodies).toEqual(['one', 'two', 'three'])
  })

  test('M17 three pipelined requests are answered in order, or the connection is closed', async () => {
    const connection = await server.connect()

    for (const body of ['one', 'two', 'six']) connection.send(`${head('POST /hold', 'Content-Length: 3')}${body}`)

    if (differences.pipelining === 'connection closed') {
      expect(await connection.closed()).toBe('')
    } else {
      await server.listener.until('body', 3)
      for (const [index, exchange] of server.listener.held.entries()) exchange.reply(200, [], `${index}`)
      const replies = [await connection.reply(), await connection.reply(), await connection.reply()]
      expect(replies.map((reply) => reply.body)).toEqual(['0', '1', '2'])
    }
    expect(await server.isAlive()).toBe(true)
  })

  test('Connection: close is honoured', async () => {
    const connection = await server.connect()

    connection.send(head('GET /now', 'Connection: close'))

    expect(await connection.closed()).toContain('now')
  })

  test('M19 an oversize header block is 431 and the server lives', async () => {
    const status = await statusOf(head('GET /now', `X-Big: ${'x'.repeat(600_000)}`))

    expect(status).toBe(431)
    expect(await server.isAlive()).toBe(true)
  })

  test('too many headers are 431, or the connection is closed in time', { timeout: 20_000 }, async () => {
    const lines = Array.from({ length: 150 }, (_, index) => `X-${index}: x`)
    const connection = await server.connect()

    connection.send(head('GET /now', ...lines))

    if (differences.tooManyHeaders === 431) expect((await connection.reply()).status).toBe(431)
    else expect(await connection.closed(15_000)).toBe('')
    expect(await server.isAlive()).toBe(true)
  })

  test('M20 a malformed request line is refused and closed, and the server lives', async () => {
    const connection = await server.connect()

    connection.send('\x01\x02 nonsense\r\n\r\n')

    expect(await connection.closed()).toMatch(new RegExp(`^HTTP/1.1 ${differences.malformedStatus} `))
    expect(await server.isAlive()).toBe(true)
  })

  test('what the HTTP parser refuses has an error body where we can write one', async () => {
    const connection = await server.connect()

    connection.send(head('GET /now', `X-Big: ${'x'.repeat(600_000)}`))
    const reply = await connection.closed()

    if (differences.parserRefusal === 'json') {
      expect(reply).toMatch(/content-type: application\/json/)
      expect(reply).toMatch(/"code":"HEADERS_TOO_LARGE","message":".+","requestId":"[0-9a-f-]{36}"/)
    }
  })

  test('a body whose length is ambiguous is refused', async () => {
    const both = head('POST /echo', 'Content-Length: 2', 'Transfer-Encoding: chunked')
    const two = head('POST /echo', 'Content-Length: 2', 'Content-Length: 3')

    expect(await statusOf(`${both}0\r\n\r\n`)).toBe(400)
    expect(await statusOf(`${two}ab`)).toBe(differences.twoLengthsStatus)
  })

  test.each(['-2', '2x', '0x2'])('a Content-Length of "%s" is refused', async (length) => {
    expect(await statusOf(`${head('POST /echo', `Content-Length: ${length}`)}ab`)).toBe(400)
  })

  test('broken chunks are refused', async () => {
    expect(await statusOf(`${head('POST /echo', 'Transfer-Encoding: chunked')}zz\r\nab\r\n0\r\n\r\n`)).toBe(400)
    expect(await server.isAlive()).toBe(true)
  })

  test('trailers are dropped or refused, never taken for headers or body', async () => {
    const status = await statusOf(`${head('POST /echo', 'Transfer-Encoding: chunked')}2\r\nab\r\n0\r\nX-One: 1\r\n\r\n`)

    expect(differences.trailers === 'dropped' ? [200] : [400, 505]).toContain(status)
  })

  test('what older clients and proxies send is served or refused as the table says', async () => {
    const absolute = await statusOf(head('GET http://test/now'))
    const older = await statusOf('GET /now HTTP/1.0\r\nHost: test\r\n\r\n')
    const split = await server.connect()
    split.send('GET /no')
    await new Promise((resolve) => setImmediate(() => setImmediate(resolve)))
    split.send('w HTTP/1.1\r\nHost: test\r\n\r\n')
    await split.until(() => split.received !== '')

    expect(absolute).toBe(differences.absoluteTargetStatus)
    expect(older).toBe(differences.http10Status)
    expect([200, differences.splitRequestLineStatus]).toContain(Number(split.received.split(' ')[1]))
  })

  test('a head split over segments is read', async () => {
    const connection = await server.connect()

    connection.send('GET /now HTTP/1.1\r\nHo')
    connection.send('st: test\r\n\r\n')

    expect((await connection.reply()).status).toBe(200)
  })

  test('a client that goes before the answer is told of once, and a late answer goes nowhere', async () => {
    const connection = await server.connect()

    connection.send(`${head('POST /hold', 'Content-Length: 3')}abc`)
    await server.listener.until('body')
    connection.destroy()
    await server.listener.until('gone')
    server.listener.release()

    expect(server.listener.events).toEqual(['began', 'body', 'gone'])
    expect(await server.isAlive()).toBe(true)
  })

  test('a client that goes after the answer is not told of', async () => {
    const connection = await server.connect()

    connection.send(`${head('POST /hold', 'Content-Length: 3')}abc`)
    await server.listener.until('body')
    server.listener.release()
    await connection.reply()
    connection.destroy()
    await server.isAlive()

    expect(server.listener.events).toEqual(['began', 'body'])
  })

  test('a second answer to the same request does nothing', async () => {
    const connection = await server.connect()

    connection.send(`${head('POST /hold', 'Content-Length: 3')}abc`)
    await server.listener.until('body')
    const [exchange] = server.listener.held
    exchange?.reply(200, [], 'first')
    exchange?.reply(200, [], 'second')

    expect((await connection.reply()).body).toBe('first')
    connection.send(head('GET /now'))
    expect((await connection.reply()).body).toBe('now')
  })
})
