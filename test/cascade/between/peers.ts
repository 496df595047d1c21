import { createServer as createHttpServer, type RequestListener } from 'node:http'
import { type AddressInfo, createServer, type Server, type Socket } from 'node:net'
import { once } from 'node:events'

export interface Peer {
  readonly url: string
  /** Connections that have closed. */
  readonly closedCount: number
  close(): Promise<void>
}

/** A server that does with each connection what a test wants. */
export function rawPeer(onSocket: (socket: Socket) => void): Promise<Peer> {
  return listen(createServer(onSocket))
}

/** An HTTP server that is no stage server. */
export function httpPeer(onRequest: RequestListener): Promise<Peer> {
  return listen(createHttpServer(onRequest))
}

async function listen(server: Server): Promise<Peer> {
  const sockets = new Set<Socket>()
  let closedCount = 0
  server.on('connection', (socket) => {
    sockets.add(socket)
    socket.on('error', () => undefined)
    socket.on('close', () => {
      sockets.delete(socket)
      closedCount += 1
    })
  })
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  // A TCP server has an address and a port.
  const { port } = server.address() as AddressInfo
  return {
    url: `http://127.0.0.1:${port}`,
    get closedCount() {
      return closedCount
    },
    async close() {
      for (const socket of sockets) socket.destroy()
      server.close()
      await once(server, 'close')
    },
  }
}
