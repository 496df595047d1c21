import { createFastify, listen } from './fastify.ts'

const schema = {
  body: { type: 'object', required: ['x'], properties: { x: { type: 'number' } } },
  response: { 200: { type: 'object', properties: { y: { type: 'number' } } } },
}
const routeCount = Number(process.env['ROUTES'] ?? 1)

const server = createFastify()
for (let index = 0; index < routeCount; index++) {
  const path = index === 0 ? '/inference' : `/inference-${index}`
  server.post<{ Body: { readonly x: number } }>(path, { schema }, async ({ body }) => ({ y: Math.exp(body.x) }))
}
await listen(server)
