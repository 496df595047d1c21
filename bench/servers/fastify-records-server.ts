import { randomUUID } from 'node:crypto'
import { createFastify, listen } from './fastify.ts'
import type { Trip } from './fill-columns.ts'

const number = { type: 'number' }
const trip = {
  type: 'object',
  required: ['distance', 'duration', 'fare', 'tip', 'passengers', 'zone', 'isShared', 'rate'],
  properties: {
    distance: number,
    duration: number,
    fare: number,
    tip: number,
    passengers: { type: 'integer' },
    zone: { type: 'string' },
    isShared: { type: 'boolean' },
    rate: number,
  },
}
const predictions = {
  type: 'object',
  properties: { id: { type: 'string' }, predictions: { type: 'array', items: number } },
}
const schema = { body: { type: 'array', items: trip }, response: { 200: predictions } }

const server = createFastify()
server.post<{ Body: readonly Trip[] }>('/inference', { schema }, async ({ body }) => {
  return { id: randomUUID(), predictions: body.map(({ fare, tip }) => fare + tip) }
})
await listen(server)
