import { createFastify, listen } from './fastify.ts'

const record = {
  type: 'object',
  required: ['n', 'text'],
  properties: { n: { type: 'integer' }, text: { type: 'string' } },
}

const server = createFastify()
server.post('/inference', { schema: { body: record, response: { 200: record } } }, async ({ body }) => body)
await listen(server)
