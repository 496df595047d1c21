import fastify, { type FastifyInstance } from 'fastify'

/** Fastify as its users set it up: its own validation and its own writer. */
export function createFastify(): FastifyInstance {
  const server = fastify({ logger: false, bodyLimit: 16 * 1024 * 1024 })
  server.addContentTypeParser('application/octet-stream', { parseAs: 'buffer' }, (_, body, done) => done(null, body))
  return server
}

export async function listen(server: FastifyInstance): Promise<void> {
  await server.listen({ host: '127.0.0.1', port: Number(process.env['PORT']) })
}
