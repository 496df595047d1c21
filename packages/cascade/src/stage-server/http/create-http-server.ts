import { createServer, type Server, type ServerOptions } from 'node:http'
import { createServer as createSecureServer } from 'node:https'
import type { HttpListenerConfig } from './http-listener-config.ts'

/** With authorities, whoever has no certificate of theirs is refused before a byte of a request is read. */
export function createHttpServer({ tls, bodyTimeoutMs }: HttpListenerConfig): Server {
  const serverOptions: ServerOptions = {
    maxHeaderSize: 16 * 1024,
    headersTimeout: bodyTimeoutMs,
    connectionsCheckingInterval: Math.min(1000, bodyTimeoutMs),
    // Bodies have their own time limit, and senders keep connections.
    requestTimeout: 0,
    keepAliveTimeout: 65_000,
    noDelay: true,
  }
  if (tls === undefined) return createServer(serverOptions)
  const { cert, key, ca } = tls
  const server = createSecureServer({
    ...serverOptions,
    cert,
    key,
    ...(ca !== undefined && { ca, requestCert: true, rejectUnauthorized: true }),
    minVersion: 'TLSv1.2',
    handshakeTimeout: bodyTimeoutMs,
  })
  // A handshake that fails ends its own connection, and there is nobody to answer.
  server.on('tlsClientError', (_, socket) => socket.destroy())
  return server
}
