import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { FrontEndUnderTest, head } from './front-end-under-test.ts'
import { testedKinds } from './tested-kinds.ts'

describe.each(testedKinds)('replies over %s', (kind) => {
  let server: FrontEndUnderTest

  beforeEach(async () => {
    server = await FrontEndUnderTest.start(kind)
  })

  afterEach(() => server.stop())

  test('R006 M23 every status of the table has its reason phrase, its headers and its body', async () => {
    const connection = await server.connect()

    for (const status of [200, 400, 404, 405, 408, 413, 415, 422, 429, 431, 500, 503, 504]) {
      connection.send(head(`GET /status?code=${status}`))
      const reply = await connection.reply()
      expect(reply.status).toBe(status)
      expect(reply.headers.get('content-type')).toBe('text/plain')
      expect(reply.body).toBe('status')
    }
  })

  test('an answer to HEAD has the length of the body and no body, and the connection lives on', async () => {
    const connection = await server.connect()

    connection.send(head('HEAD /now'))
    const reply = await connection.reply('HEAD')
    connection.send(head('GET /now'))

    expect(reply.headers.get('content-length')).toBe('3')
    expect(reply.headers.get('content-type')).toBe('text/plain')
    expect((await connection.reply()).body).toBe('now')
  })

  test('204 has neither body nor length', async () => {
    const connection = await server.connect()

    connection.send(head('GET /status?code=204'))
    const reply = await connection.reply()
    connection.send(head('GET /now'))

    expect(reply.headers.has('content-length')).toBe(false)
    expect((await connection.reply()).body).toBe('now')
  })

  test.each([100, 70_000, 30_000_000])(
    '%i bytes in pieces of shared memory that is reused at once arrive whole',
    async (bytes) => {
      const connection = await server.connect()

      connection.pause()
      connection.send(head(`GET /big?bytes=${bytes}`))
      // With the reader paused, a long body fills the socket and the rest has to wait.
      await server.isAlive()
      connection.resume()
      const reply = await connection.reply()

      expect(reply.body).toBe('a'.repeat(bytes))
      connection.send(head('GET /now'))
      expect((await connection.reply()).body).toBe('now')
    },
  )

  test('a client that goes in the middle of a long answer harms nobody', async () => {
    const connection = await server.connect()

    connection.pause()
    connection.send(head('GET /big?bytes=30000000'))
    await server.isAlive()
    connection.destroy()

    expect(await server.isAlive()).toBe(true)
  })

  test('text is sent as UTF-8 with its length in bytes', async () => {
    const connection = await server.connect()

    connection.send(head('POST /hold', 'Content-Length: 0'))
    await server.listener.until('body')
    server.listener.held[0]?.reply(200, [], 'sépal')
    const reply = await connection.reply()

    expect(reply.headers.get('content-length')).toBe('6')
    expect(Buffer.from(reply.body, 'latin1').toString()).toBe('sépal')
  })
})
