import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import type { Exchange, ReplyStream } from '../../../../packages/worker/dist/http/exchange.js'
import { FrontEndUnderTest, head } from './front-end-under-test.ts'
import { testedKinds } from './tested-kinds.ts'

/** What the writer of a streamed body hears. */
class Writer {
  drains = 0
  isGone = false
  onDrain = (): void => void this.drains++
  onGone = (): void => {
    this.isGone = true
  }
}

const headers = [['content-type', 'text/event-stream']] as const

describe.each(testedKinds)('bodies in pieces over %s', (kind) => {
  let server: FrontEndUnderTest

  beforeEach(async () => {
    server = await FrontEndUnderTest.start(kind)
  })

  afterEach(() => server.stop())

  async function hold(count = 1): Promise<Exchange> {
    await server.listener.until('body', count)
    const exchange = server.listener.held.at(-1)
    if (exchange === undefined) throw new Error('nothing is held')
    return exchange
  }

  async function open(writer: Writer): Promise<ReplyStream> {
    const stream = (await hold()).openReply(200, headers, writer)
    if (stream === undefined) throw new Error('there is no stream')
    return stream
  }

  test('status and headers come first, each piece as it is written, and the connection lives on behind the end', async () => {
    const connection = await server.connect()
    const writer = new Writer()
    connection.send(head('POST /hold', 'Content-Length: 0'))
    const stream = (await hold()).openReply(201, headers, writer)

    expect(stream?.write('one\n')).toBe(true)
    await connection.until(() => connection.received.includes('one'))
    expect(connection.received).toMatch(/^HTTP\/1\.1 201 Created\r\n[\s\S]*content-type: text\/event-stream/i)
    expect(connection.received).toMatch(/transfer-encoding: chunked/i)
    stream?.end('sépal\n')
    await connection.until(() => connection.received.endsWith('0\r\n\r\n'), 15_000)
    connection.send(head('GET /now'))
    await connection.until(() => connection.received.endsWith('now'))

    const [, body = ''] = connection.received.split('\r\n\r\n')
    expect(Buffer.from(body, 'latin1').toString()).toBe('4\r\none\n\r\n7\r\nsépal\n\r\n0')
    expect(writer).toMatchObject({ drains: 0, isGone: false })
  })

  test('a body without pieces ends properly', async () => {
    const writer = new Writer()
    const answer = fetch(`${server.url}/hold`, { method: 'POST' })

    const stream = await open(writer)
    stream.end('')
    stream.write('late')
    stream.end('')

    expect(await (await answer).text()).toBe('')
    expect(await server.isAlive()).toBe(true)
  })

  test('the writer hears that the socket is full, and that it is not any more; nothing is lost', async () => {
    const connection = await server.connect()
    const writer = new Writer()
    connection.send(head('POST /hold', 'Content-Length: 0'))
    const stream = await open(writer)
    connection.pause()
    const piece = 'x'.repeat(10_000)
    let pieces = 0
    let drainsBefore: number
    // What fits into the buffers of the system drains at once; what does not waits for the reader.
    do {
      drainsBefore = writer.drains
      do pieces++
      while (stream.write(piece))
      await server.isAlive()
    } while (writer.drains > drainsBefore)
    connection.resume()
    // The reader may have taken the last byte before the writer hears of it: no data tells of that.
    while (writer.drains === drainsBefore) await new Promise((resolve) => setImmediate(resolve))
    stream.end('')
    await connection.until(() => connection.received.endsWith('0\r\n\r\n'), 15_000)

    expect(connection.received.match(/x/g)?.length).toBe(pieces * 10_000 + countIn(connection.received))
  })

  test('the writer hears that the client has gone, once, and may write on', async () => {
    const connection = await server.connect()
    const writer = new Writer()
    connection.send(head('POST /hold', 'Content-Length: 0'))
    const stream = await open(writer)
    stream.write('one')
    await connection.until(() => connection.received.includes('one'))

    connection.destroy()
    while (!writer.isGone) await new Promise((resolve) => setImmediate(resolve))

    stream.write('two')
    stream.end('')
    stream.cut()
    expect(server.listener.events).not.toContain('gone')
    expect(await server.isAlive()).toBe(true)
  })

  test('a body that is cut is visibly incomplete', async () => {
    const connection = await server.connect()
    const writer = new Writer()
    connection.send(head('POST /hold', 'Content-Length: 0'))
    const stream = await open(writer)
    stream.write('one')
    await connection.until(() => connection.received.includes('one'))

    stream.cut()

    expect(await connection.closed()).not.toContain('0\r\n\r\n')
    expect(writer.isGone).toBe(true)
    expect(await server.isAlive()).toBe(true)
  })

  test('nothing is opened behind an answer, nor for a client that has gone', async () => {
    const writer = new Writer()
    const answered = fetch(`${server.url}/hold`, { method: 'POST' })
    const exchange = await hold()
    exchange.reply(200, [], 'answer')
    expect(exchange.openReply(200, headers, writer)).toBe(undefined)
    expect(await (await answered).text()).toBe('answer')

    const connection = await server.connect()
    connection.send(head('POST /hold', 'Content-Length: 0'))
    const left = await hold(2)
    connection.destroy()
    await server.listener.until('gone')

    expect(left.openReply(200, headers, writer)).toBe(undefined)
    expect(writer.isGone).toBe(false)
  })

  test('an answer to HEAD is its head', async () => {
    const connection = await server.connect()
    const writer = new Writer()
    connection.send(head('HEAD /hold', 'Content-Length: 0'))

    expect((await hold()).openReply(200, headers, writer)).toBe(undefined)
    const reply = await connection.reply('HEAD')
    connection.send(head('GET /now'))

    expect(reply.headers.get('content-type')).toBe('text/event-stream')
    expect((await connection.reply()).body).toBe('now')
  })

  test('close waits for a body that has begun, as for any answer, and cuts it off when its grace is over', async () => {
    const writer = new Writer()
    const connection = await server.connect()
    connection.send(head('POST /hold', 'Content-Length: 0'))
    const stream = await open(writer)
    stream.write('one')

    const closing = server.frontEnd.close(1000)
    stream.write('two')
    stream.end('')
    await closing

    expect(await connection.closed()).toMatch(/one[\s\S]*two[\s\S]*0\r\n\r\n$/)
    expect(server.clock.now()).toBe(0)
  })
})

/** The letter also stands in the head. */
function countIn(received: string): number {
  return received.slice(0, received.indexOf('\r\n\r\n')).match(/x/g)?.length ?? 0
}
