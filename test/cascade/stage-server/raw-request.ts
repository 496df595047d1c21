import { connect, type Socket } from 'node:net'
import { once } from 'node:events'

/** A connection on which a test writes bytes as they are. */
export async function connectTo(url: string): Promise<Socket> {
  const { hostname, port } = new URL(url)
  const socket = connect(Number(port), hostname)
  socket.on('error', () => undefined)
  await once(socket, 'connect')
  return socket
}

/** All that a server answers until it closes the connection. */
export async function readToEnd(socket: Socket): Promise<string> {
  const pieces: Buffer[] = []
  socket.on('data', (piece: Buffer) => pieces.push(piece))
  if (!socket.closed) await once(socket, 'close')
  return Buffer.concat(pieces).toString('latin1')
}

/** Writes bytes and reads what comes, until the server closes the connection. */
export async function exchange(url: string, bytes: string | Uint8Array): Promise<string> {
  const socket = await connectTo(url)
  socket.write(bytes)
  return await readToEnd(socket)
}
