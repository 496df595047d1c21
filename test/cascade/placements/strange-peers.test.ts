import { randomBytes } from 'node:crypto'
import { once } from 'node:events'
import { createServer as createHttpServer } from 'node:http'
import { type AddressInfo, createServer, type Server, type Socket } from 'node:net'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { idsFlow, IdsRun } from './ids-run.ts'

/** From the first connection to the end of the command. */
const limitMs = 5000

/** What listens where a stage is expected. */
const peers = {
  'a web server': () => createHttpServer((_, response) => response.end('<h1>It works</h1>')),
  'a web server without such a path': () => createHttpServer((_, response) => response.writeHead(404).end('not found')),
  'random bytes': () => createServer((socket) => quiet(socket).write(randomBytes(4096))),
  'one that is silent': () => createServer(quiet),
  'one that closes': () => createServer((socket) => quiet(socket).end()),
  'a slow one': () => createServer((socket) => trickle(quiet(socket))),
} as const satisfies Readonly<Record<string, () => Server>>

type Peer = keyof typeof peers

function quiet(socket: Socket): Socket {
  return socket.on('error', () => undefined).resume()
}

/** The head of an answer, and then a byte a second of its body. */
function trickle(socket: Socket): void {
  socket.write('HTTP/1.1 200 OK\r\ncontent-type: application/json\r\ncontent-length: 100\r\n\r\n{')
  const timer = setInterval(() => socket.write(' '), 1000)
  socket.on('close', () => clearInterval(timer))
}

describe('something else where a stage is expected', { timeout: 120_000 }, () => {
  const sockets = new Set<Socket>()
  const servers: Server[] = []
  let ids: IdsRun

  beforeEach(() => {
    ids = new IdsRun()
  })
  afterEach(async () => {
    for (const socket of sockets) socket.destroy()
    for (const server of servers.splice(0)) server.close()
    await ids.end()
  })

  /** Answers with its address, as a place names it. */
  async function listen(peer: Peer, placement: string): Promise<{ readonly server: Server; readonly address: string }> {
    const path = `${ids.path}/${servers.length}.sock`
    const server = peers[peer]()
    servers.push(server)
    server.on('connection', (socket: Socket) => {
      sockets.add(socket)
      socket.on('close', () => sockets.delete(socket))
    })
    server.listen(placement === 'app' ? { path } : { port: 0, host: '127.0.0.1' })
    await once(server, 'listening')
    const url = () => `http://127.0.0.1:${(server.address() as AddressInfo).port}`
    return { server, address: placement === 'app' ? path : url() }
  }

  test.each([
    ['a web server', 'host', 'something else answers there'],
    ['a web server', 'app', 'something else answers there'],
    ['a web server without such a path', 'host', 'something else answers there'],
    ['random bytes', 'host', 'something else answers there'],
    ['random bytes', 'app', 'something else answers there'],
    ['one that is silent', 'host', 'start the stage there'],
    ['one that is silent', 'app', 'start the stage there'],
    ['one that closes', 'host', 'start the stage there'],
    ['one that closes', 'app', 'start the stage there'],
    ['a slow one', 'host', 'start the stage there'],
  ] as const)('%s over "%s": check and run end with 6 soon, and say what to do', async (peer, placement, next) => {
    const commands = [
      ['check', idsFlow],
      ['run', `${idsFlow}#scored`],
    ].map(async (words) => {
      const { server, address } = await listen(peer, placement)
      const asked = once(server, 'connection').then(() => performance.now())
      const { code, stderr } = await ids.start([...words, '--place', `score=${placement}:${address}`]).ended
      return { code, stderr, address, tookMs: performance.now() - (await asked) }
    })

    for (const { code, stderr, address, tookMs } of await Promise.all(commands)) {
      expect(code).toBe(6)
      expect(stderr).toContain(address)
      expect(stderr).toMatch(new RegExp(`^next: +${next}`, 'm'))
      expect(tookMs).toBeLessThan(limitMs)
    }
  })
})
