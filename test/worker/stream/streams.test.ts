import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from 'vitest'
import { windowChars } from '../../../packages/worker/dist/stream/stream-messages.js'
import { testedKinds } from '../http/front-end/tested-kinds.ts'
import { StreamingServer } from './streaming-server.ts'

describe.each(testedKinds)('streams over %s', (kind) => {
  let server: StreamingServer

  function timesOver(): Promise<void> {
    return new Promise((resolve) => setImmediate(resolve))
  }

  /** How many events `steps` has sent. */
  function sent(): number {
    return server.stage('steps').stats().streams?.events ?? 0
  }

  /** As many as it has sent once no more come although its thread has had its turns. */
  async function settled(): Promise<number> {
    let before = -1
    for (let same = 0; same < 10; same++) {
      await (await server.steps('count', { count: 0 })).end()
      const events = sent()
      if (events !== before) same = 0
      before = events
    }
    return before
  }

  describe('that leave thread and clock to the next', () => {
    beforeAll(async () => {
      server = await StreamingServer.start(kind)
    })
    afterAll(() => server.stop())

    test('M95 the head is that of an event stream, and events come in order, each as a line of JSON', async () => {
      const before = server.answers()
      const client = await (await server.steps('count', { count: 3 })).end()

      expect(client.head).toMatch(/^http\/1\.1 200 ok/)
      expect(client.head).toMatch(/content-type: text\/event-stream/)
      expect(client.head).toMatch(/cache-control: no-cache/)
      expect(client.head).toMatch(/x-request-id: \S/)
      expect(client.text).toBe('data: {"n":0}\n\ndata: {"n":1}\n\ndata: {"n":2}\n\n')
      expect(server.answersSince(before)).toEqual({ 200: 1 })
    })

    test('M95 a text of several lines is a field for each, whatever breaks them', async () => {
      const client = await (await server.open('/lines', { text: 'one\ntwo\r\nthree\rfour' })).end()

      expect(client.text).toBe('data: one\ndata: two\ndata: three\ndata: four\n\n')
    })

    test('M95 an event may have a type and an id', async () => {
      const client = await (await server.steps('name')).end()

      expect(client.text).toBe('event: first\nid: a-0\ndata: {"n":0}\n\n')
    })

    test('a handler chooses status and headers before the first event', async () => {
      const client = await (await server.steps('head', { text: 'one' })).end()

      expect(client.status).toBe(202)
      expect(client.head).toMatch(/x-step: one/)
    })

    test('a stream without events is an empty body', async () => {
      const client = await (await server.steps('count', { count: 0 })).end()

      expect(client.status).toBe(200)
      expect(client.text).toBe('')
    })

    test('M96 the first event is there while the handler still runs', async () => {
      const client = await server.steps('hold', { id: 'a' })

      await client.untilText('{"n":0}')
      expect(client.isComplete).toBe(false)
      await (await server.steps('release', { id: 'a' })).end()
      await client.end()

      expect(client.data).toEqual([{ n: 0 }, { n: 1 }])
    })

    test('M97 an error before the first event is an answer with its own status', async () => {
      const before = server.answers()
      const refused = await (await server.steps('refuse', { count: 0 })).end()
      const thrown = await (await server.steps('throw', { count: 0 })).end()

      expect(refused.status).toBe(400)
      expect(JSON.parse(refused.text)).toMatchObject({
        error: { code: 'REQUEST_INVALID', message: 'bad request: text is required' },
      })
      expect(thrown.status).toBe(500)
      expect(thrown.text).not.toContain('secret')
      expect(server.answersSince(before)).toEqual({ 400: 1, 500: 1 })
    })

    test('M97 M98 an error after events keeps them, and is the last event', async () => {
      const refused = await (await server.steps('refuse', { count: 2 })).end()
      const thrown = await (await server.steps('throw', { count: 1 })).end()
      const mistyped = await (await server.steps('mistype')).end()

      expect(refused.blocks).toEqual([
        'data: {"n":0}',
        'data: {"n":1}',
        'event: error\ndata: SSE inference error: 400: Bad Request: bad request: text is required',
      ])
      expect(thrown.blocks.at(-1)).toBe(
        'event: error\ndata: SSE inference error: 500: Internal Server Error: internal error: the handler failed',
      )
      expect(mistyped.blocks.at(-1)).toMatch(/^event: error\ndata: SSE inference error: 500: .*yielded an event/)
      expect(server.log.lines.some(({ facts }) => String(facts['err']).includes('a secret'))).toBe(true)
    })

    test('M104 an event that comes in time starts the limit anew, and the budget of a request ends with the first', async () => {
      const client = await server.steps('hold', { id: 'b' })
      await client.untilText('{"n":0}')
      server.clock.advance(9000)
      await (await server.steps('release', { id: 'b' })).end()
      await client.end()

      expect(client.data).toEqual([{ n: 0 }, { n: 1 }])
    })

    test('M101 one generator serves the rows of a batch, and each client gets the events of its own', async () => {
      const [short, long] = await Promise.all([
        server.open('/rounds', { name: 'short', count: 2 }),
        server.open('/rounds', { name: 'long', count: 5 }),
      ])
      await Promise.all([short.end(), long.end()])

      const events = (name: string, count: number) => Array.from({ length: count }, (_, n) => ({ name, n, rows: 2 }))
      expect(short.data).toEqual(events('short', 2))
      expect(long.data).toEqual(events('long', 5))
    })

    test('M101 who leaves does not end the streams of those who share the batch', async () => {
      const [leaving, staying] = await Promise.all([
        server.open('/rounds', { name: 'leaving', count: 1_000_000 }),
        server.open('/rounds', { name: 'staying', count: 300 }),
      ])
      await leaving.untilText('"n":1,')
      leaving.leave()
      await staying.end()

      expect(staying.data.length).toBe(300)
      await server.idle()
    })

    test('M102 a reader that does not read pauses its generator; others go on', async () => {
      const before = sent()
      const slow = await server.steps('endless', { id: 'slow' })
      await slow.untilText('{"n":0}')
      slow.connection.pause()
      const events = (await settled()) - before
      const other = await (await server.steps('count', { count: 10_000 })).end()

      expect(other.data.length).toBe(10_000)
      // What the system's own buffers hold is some megabytes; beyond it there is one window.
      expect(events * 'data: {"n":0}\n\n'.length).toBeLessThan(32 << 20)
      slow.leave()
      await server.idle()
      const report = await (await server.steps('report', { id: 'slow' })).end()
      const [made = 0] = report.data.map(({ n }) => n)
      expect(made - events).toBeLessThan(windowChars / 'data: {"n":0}\n\n'.length)
    })

    test('M103 who leaves ends the generation: it returns, its signal fires, and nothing is left', async () => {
      const client = await server.steps('endless', { id: 'gone' })
      await client.untilText('{"n":100}')

      client.leave()
      await server.idle()

      const report = await (await server.steps('report', { id: 'gone' })).end()
      const [steps, isAborted] = report.data.map(({ n }) => n)
      expect(steps).toBeGreaterThan(100)
      expect(isAborted).toBe(1)
      await server.idle()
      expect(server.stage('steps').stats()).toMatchObject({
        inFlightBatches: 0,
        queuedRows: 0,
        queuedBytes: 0,
        streams: { open: 0 },
      })
    })

    test('M105 ten thousand events arrive whole and in order, through one thread, beside as many others', async () => {
      const before = sent()
      const clients = await Promise.all([1, 2, 3, 4].map(() => server.steps('count', { count: 10_000 })))
      const expected = Array.from({ length: 10_000 }, (_, n) => `data: {"n":${n}}\n\n`).join('')

      for (const client of clients) expect((await client.end()).text).toBe(expected)
      expect(server.stage('steps').stats().streams).toEqual({ open: 0, events: before + 40_000 })
    })

    test('a stream answers one record', async () => {
      const two = await (await server.open('/lines', [{ text: 'a' }, { text: 'b' }])).end()
      const one = await (await server.open('/lines', [{ text: 'a' }])).end()
      const invalid = await (await server.open('/lines', { txt: 'a' })).end()

      expect(two.status).toBe(400)
      expect(JSON.parse(two.text).error.message).toMatch(/stream of one record's events, got 2 records/)
      expect(one.text).toBe('data: a\n\n')
      expect(invalid.status).toBe(422)
    })
  })

  describe('on a server of their own', () => {
    beforeEach(async () => {
      server = await StreamingServer.start(kind)
    })
    afterEach(() => server.stop())

    test('M99 a thread that ends in the middle of a stream is an error event', async () => {
      const client = await (await server.steps('exit')).end()

      expect(client.data).toEqual([{ n: 0 }])
      expect(client.blocks.at(-1)).toMatch(
        /^event: error\ndata: SSE inference error: 503: Service Unavailable: a thread of stage "steps" ended .*$/,
      )
      await server.idle()
    })

    test('M99 M104 a stream may take its time, but not between two events', async () => {
      const client = await server.steps('stall', { count: 1 })
      await client.untilText('{"n":0}')

      server.clock.advance(9999)
      await timesOver()
      expect(client.isComplete).toBe(false)
      server.clock.advance(1)
      await client.end()

      expect(client.blocks.at(-1)).toBe(
        'event: error\ndata: SSE inference error: 504: Gateway Timeout: inference timeout',
      )
    })

    test('the budget of a request counts until the first event, and then is a status', async () => {
      const client = await server.steps('stall', { count: 0 })
      while (server.stage('steps').stats().inFlightBatches === 0) await timesOver()

      server.clock.advance(3000)
      await client.end()

      expect(client.status).toBe(504)
      expect(JSON.parse(client.text)).toMatchObject({ error: { code: 'DEADLINE_EXCEEDED' } })
    })

    test('M100 after each three seconds of silence there is a comment', async () => {
      const client = await server.steps('hold', { id: 'c' })
      await client.untilText('{"n":0}')

      server.clock.advance(2999)
      server.clock.advance(1)
      await client.untilText(': keep-alive')
      expect(client.blocks).toEqual(['data: {"n":0}', ': keep-alive'])
      server.clock.advance(3000)
      await client.until(() => client.blocks.length === 3)
      await (await server.steps('release', { id: 'c' })).end()
      await client.end()

      expect(client.blocks).toEqual(['data: {"n":0}', ': keep-alive', ': keep-alive', 'data: {"n":1}'])
      expect(server.clock.timerCount).toBeLessThan(4)
    })

    test('M102 a reader that takes nothing for too long is cut off', async () => {
      const slow = await server.steps('endless', { id: 'cut' })
      await slow.untilText('{"n":0}')
      slow.connection.pause()
      await settled()

      server.clock.advance(10_000)
      await server.idle()
      slow.connection.resume()

      expect(await slow.connection.closed()).not.toMatch(/0\r\n\r\n$/)
    })

    test('a drain waits for open streams, and what is cut off in the end is told', async () => {
      const short = await server.steps('hold', { id: 'd' })
      const endless = await server.steps('stall', { count: 1 })
      await short.untilText('{"n":0}')
      await endless.untilText('{"n":0}')
      await (await server.steps('release', { id: 'd' })).end()
      await short.end()
      let isDrained = false

      void server
        .stage('steps')
        .drain()
        .then(() => (isDrained = true))
      await timesOver()
      expect(isDrained).toBe(false)
      await server.stage('steps').stop()
      await endless.end()

      expect(short.data).toEqual([{ n: 0 }, { n: 1 }])
      expect(endless.blocks.at(-1)).toMatch(/SSE inference error: 503: Service Unavailable: the server has stopped/)
    })
  })
})

test('a stream may have a limit in all, whatever it yields', async () => {
  const server = await StreamingServer.start('uws', { streamTimeoutMs: 5000 })
  const client = await server.steps('stall', { count: 1 })
  await client.untilText('{"n":0}')

  server.clock.advance(5000)
  await client.end()

  expect(client.blocks.at(-1)).toMatch(/504: Gateway Timeout: inference timeout/)
  await server.stop()
})
