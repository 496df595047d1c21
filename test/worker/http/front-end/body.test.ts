import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { allowedDifferences } from './allowed-differences.ts'
import { FrontEndUnderTest, head } from './front-end-under-test.ts'
import { testedKinds } from './tested-kinds.ts'

describe.each(testedKinds)('bodies over %s', (kind) => {
  const differences = allowedDifferences[kind]
  let server: FrontEndUnderTest

  beforeEach(async () => {
    server = await FrontEndUnderTest.start(kind, 1000)
  })

  afterEach(() => server.stop())

  test('M13 a body of exactly the limit is accepted, one byte more is 413, unread when its length says so', async () => {
    const connection = await server.connect()

    connection.send(`${head('POST /echo?max=5', 'Content-Length: 5')}12345`)
    const accepted = await connection.reply()
    connection.send(`${head('POST /echo?max=5', 'Content-Length: 6')}123456`)
    const refused = await connection.reply()
    connection.send(head('POST /echo?max=5', 'Content-Length: 999999999'))
    const unread = await connection.reply()

    expect(accepted).toMatchObject({ status: 200, body: '12345' })
    expect(refused).toMatchObject({ status: 413, body: '{"code":"BODY_TOO_LARGE"}' })
    expect(unread.status).toBe(413)
  })

  test('a client that sends all of a far too large body can still read the 413', async () => {
    const response = await fetch(`${server.url}/echo?max=1000`, { method: 'POST', body: new Uint8Array(8_000_000) })

    expect(response.status).toBe(413)
  })

  test('a connection whose body was refused or never read serves the next request', async () => {
    const connection = await server.connect()

    connection.send(`${head('POST /echo?max=5', 'Content-Length: 100000')}${'x'.repeat(100_000)}`)
    await connection.reply()
    connection.send(`${head('POST /now', 'Content-Length: 100000')}${'x'.repeat(100_000)}`)
    await connection.reply()
    connection.send(head('GET /now'))

    expect((await connection.reply()).body).toBe('now')
  })

  test('M14 the limit is that of the route, not of the front end', async () => {
    const small = await fetch(`${server.url}/echo?max=10`, { method: 'POST', body: 'x'.repeat(100) })
    const large = await fetch(`${server.url}/echo?max=100`, { method: 'POST', body: 'x'.repeat(100) })

    expect([small.status, large.status]).toEqual([413, 200])
  })

  test('M15 a chunked body arrives whole, its limit is enforced while it streams', async () => {
    const connection = await server.connect()

    connection.send(`${head('POST /echo?max=9', 'Transfer-Encoding: chunked')}4\r\nabcd\r\n`)
    connection.send('5\r\nefghi\r\n0\r\n\r\n')
    const whole = await connection.reply()
    connection.send(`${head('POST /echo?max=8', 'Transfer-Encoding: chunked')}4\r\nabcd\r\n5\r\nefghi\r\n`)
    const streaming = await connection.reply()

    expect(whole.body).toBe('abcdefghi')
    expect(streaming.status).toBe(413)
  })

  test('a body in many pieces arrives in order', async () => {
    const connection = await server.connect()

    connection.send(head('POST /hold', 'Content-Length: 6'))
    await server.listener.until('began')
    for (const piece of ['ab', 'cd', 'ef']) connection.send(piece)
    await server.listener.until('body')
    server.listener.release()
    await connection.reply()
    connection.send(head('POST /echo', 'Transfer-Encoding: chunked'))
    for (const letter of 'abcdefghijklmnopqrstuvwxyz') connection.send(`1\r\n${letter}\r\n`)
    connection.send('0\r\n\r\n')

    expect((await connection.reply()).body).toBe('abcdefghijklmnopqrstuvwxyz')
  })

  test('a request without a body hands over no bytes', async () => {
    const connection = await server.connect()

    connection.send(head('GET /echo'))

    expect(await connection.reply()).toMatchObject({ status: 200, body: '' })
  })

  test('M16 Expect: 100-continue is answered before the body is sent', async () => {
    const connection = await server.connect()

    connection.send(head('POST /echo', 'Expect: 100-continue', 'Content-Length: 2'))
    const interim = await connection.reply()
    connection.send('ok')
    const final = await connection.reply()

    expect([interim.status, final.status, final.body]).toEqual([100, 200, 'ok'])
  })

  test('a refusal that needs the head only does not wait for the body', async () => {
    const connection = await server.connect()

    connection.send(head('POST /echo?max=1', 'Expect: 100-continue', 'Content-Length: 2'))
    const first = await connection.reply()

    if (differences.continueBeforeRefusal === 'never') expect(first.status).toBe(413)
    else expect([first.status, (await connection.reply()).status]).toEqual([100, 413])
  })

  test('M27 a body that stalls is 408 and closes the connection', async () => {
    const connection = await server.connect()

    connection.send(`${head('POST /hold?timeout=1000', 'Content-Length: 10')}abc`)
    await server.listener.until('began')
    server.clock.advance(999)
    expect(server.listener.refusals).toEqual([])
    server.clock.advance(101)

    expect((await connection.reply()).status).toBe(408)
    expect(server.listener.refusals).toEqual(['UPLOAD_STALLED'])
    await connection.closed()
  })

  test('no timer is left when all bodies have arrived', async () => {
    await server.isAlive()
    await (await fetch(`${server.url}/echo`, { method: 'POST', body: 'abc' })).text()
    server.clock.advance(100)

    expect(server.clock.timerCount).toBe(0)
  })

  test('bodies still arriving are bounded together; what comes in one piece is never refused', async () => {
    const [first, second, third] = [await server.connect(), await server.connect(), await server.connect()]

    first.send(head('POST /hold', 'Content-Length: 900'))
    await server.listener.until('began')
    first.send('x'.repeat(100))
    second.send(`${head('POST /hold', 'Transfer-Encoding: chunked')}3\r\nabc\r\n`)
    await server.listener.until('refused')
    third.send(`${head('POST /echo', 'Content-Length: 3')}abc`)

    expect(server.listener.refusals).toEqual(['QUEUE_FULL'])
    expect((await second.reply()).status).toBe(429)
    expect((await third.reply()).status).toBe(200)
  })

  test('the room of a body is free again when its client has gone', async () => {
    const [first, second] = [await server.connect(), await server.connect()]

    first.send(head('POST /hold', 'Content-Length: 900'))
    await server.listener.until('began')
    first.send('x'.repeat(100))
    first.destroy()
    await server.listener.until('gone')
    second.send(head('POST /hold', 'Content-Length: 900'))
    await server.listener.until('began', 2)
    second.send('x'.repeat(100))
    second.send('x'.repeat(800))
    await server.listener.until('body')

    expect(server.listener.refusals).toEqual([])
  })

  test('R055 hundreds of bodies, a third cut off, a third chunked, leave the server alive and nothing in flight', async () => {
    const sizes = Array.from({ length: 300 }, (_, index) => (index * 7919) % 800)
    for (const [index, size] of sizes.entries()) {
      const connection = await server.connect()
      const body = 'x'.repeat(size)
      if (index % 3 === 0) {
        connection.send(`${head('POST /hold', `Content-Length: ${size + 1}`)}${body}`)
        await server.listener.until('began', index / 3 + 1)
      } else if (index % 3 === 1) {
        connection.send(
          `${head('POST /echo', 'Transfer-Encoding: chunked')}${size.toString(16)}\r\n${body}\r\n0\r\n\r\n`,
        )
        await connection.until(() => connection.received !== '')
      } else {
        connection.send(`${head('POST /echo', `Content-Length: ${size}`)}${body}`)
        expect((await connection.reply()).body).toBe(body)
      }
      connection.destroy()
    }
    await server.listener.until('gone', 100)
    const whole = await server.connect()
    whole.send(head('POST /hold', 'Content-Length: 1000'))
    whole.send('x'.repeat(999))
    whole.send('x')
    await server.listener.until('body')

    expect(await server.isAlive()).toBe(true)
  })
})
