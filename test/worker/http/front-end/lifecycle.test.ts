import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { createServer, type Server } from 'node:net'
import { fileURLToPath } from 'node:url'
import { describe, expect, test } from 'vitest'
import { createFrontEnd } from '../../../../packages/worker/dist/http/create-front-end.js'
import { FrontEndUnderTest, head, refuseFallback } from './front-end-under-test.ts'
import { ManualClock } from './manual-clock.ts'
import { TestListener } from './test-listener.ts'
import { testedKinds } from './tested-kinds.ts'

describe.each(testedKinds)('the life of %s', (kind) => {
  test('R090 a busy port rejects with the code of the system', async () => {
    const holder = createServer().listen(0, '127.0.0.1')
    await once(holder, 'listening')
    const port = portOf(holder)
    const options = { host: '127.0.0.1', port, maxInFlightBytes: 1, clock: new ManualClock() }
    const frontEnd = await createFrontEnd(kind, options, refuseFallback)

    const listening = frontEnd.listen(new TestListener())

    await expect(listening).rejects.toMatchObject({ code: 'CONFIG_INVALID', details: { port, code: 'EADDRINUSE' } })
    await expect(listening).rejects.toThrow(/EADDRINUSE/)
    await frontEnd.close(0)
    holder.close()
  })

  test('a port that another front end of the same kind holds is busy too', async () => {
    const first = await FrontEndUnderTest.start(kind)
    const options = { host: '127.0.0.1', port: first.port, maxInFlightBytes: 1, clock: new ManualClock() }
    const second = await createFrontEnd(kind, options, refuseFallback)

    await expect(second.listen(new TestListener())).rejects.toThrow(/EADDRINUSE/)
    await first.stop()
  })

  test('a host that this machine does not have is refused', async () => {
    const options = { host: '203.0.113.1', port: 0, maxInFlightBytes: 1, clock: new ManualClock() }
    const frontEnd = await createFrontEnd(kind, options, refuseFallback)

    await expect(frontEnd.listen(new TestListener())).rejects.toThrow(/cannot listen on 203.0.113.1:0: EADDRNOTAVAIL/)
  })

  test('two front ends in one process know nothing of each other', async () => {
    const [one, other] = [await FrontEndUnderTest.start(kind), await FrontEndUnderTest.start(kind)]

    await one.stop()

    expect(one.port).not.toBe(other.port)
    expect(await other.isAlive()).toBe(true)
    await other.stop()
  })

  test('after stopListening new connections are refused and open ones stay usable', async () => {
    const server = await FrontEndUnderTest.start(kind)
    const open = await server.connect()
    open.send(head('GET /now'))
    await open.reply()

    server.frontEnd.stopListening()
    const late = server.connect()
    open.send(head('GET /now'))

    await expect(late).rejects.toThrow(/ECONNREFUSED/)
    expect((await open.reply()).body).toBe('now')
    await server.stop()
  })

  test('close answers what is in flight, then closes, and ends before its grace does', async () => {
    const server = await FrontEndUnderTest.start(kind)
    const [idle, busy] = [await server.connect(), await server.connect()]
    busy.send(`${head('POST /hold', 'Content-Length: 3')}abc`)
    await server.listener.until('body')

    const closing = server.frontEnd.close(1000)
    server.listener.release()
    await closing

    expect(await busy.closed()).toMatch(/connection: close[\s\S]*released$/i)
    await idle.closed()
    expect(server.clock.now()).toBe(0)
    expect(server.clock.timerCount).toBe(0)
  })

  test('close cuts off what is unanswered when the grace is over', async () => {
    const server = await FrontEndUnderTest.start(kind)
    const busy = await server.connect()
    busy.send(`${head('POST /hold', 'Content-Length: 3')}abc`)
    await server.listener.until('body')

    const closing = server.frontEnd.close(1000)
    server.clock.advance(1000)
    await closing

    expect(await busy.closed()).toBe('')
    await server.listener.until('gone')
  })

  test('close without listen does nothing', async () => {
    const options = { host: '127.0.0.1', port: 0, maxInFlightBytes: 1, clock: new ManualClock() }
    const frontEnd = await createFrontEnd(kind, options, refuseFallback)

    await frontEnd.close(1000)
    await frontEnd.close(1000)
  })

  test.each(['closed', 'busy'])('a process whose front end is %s ends by itself', async (fate) => {
    const script = fileURLToPath(new URL('./end-by-itself.js', import.meta.url))
    const child = spawn(process.execPath, [script, kind, fate], { stdio: 'inherit' })

    const [code] = await once(child, 'exit', { signal: AbortSignal.timeout(5000) })

    expect(code).toBe(0)
  })
})

function portOf(server: Server): number {
  const address = server.address()
  if (address === null || typeof address === 'string') throw new Error('no TCP server')
  return address.port
}
