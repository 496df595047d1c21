import { mosec } from '../contender/mosec.ts'
import { cascade, nodeServer } from '../contender/node-contenders.ts'
import { jsonWork } from '../drive/work.ts'
import type { ServingCell } from './serving-cell.ts'

export const expWork = jsonWork({ x: 2 }, (answer) => {
  return typeof answer === 'object' && answer !== null && 'y' in answer && answer.y === Math.exp(2)
})

export function expCell(): ServingCell {
  const contenders = [
    nodeServer('limit', 'bare-exp-server'),
    nodeServer('fastify', 'fastify-exp-server'),
    mosec('mosec batched', { cell: 'exp', maxBatch: 512, maxWaitMs: 10 }),
    mosec('mosec unbatched', { cell: 'exp', maxBatch: 1, maxWaitMs: 0 }),
  ]
  return {
    kind: 'serving',
    name: 'exp',
    title: '{"x":2} → {"y":…}: one thread, batches up to 512',
    connections: [64, 1, 16, 256, 1000],
    subject: { contender: cascade('exp'), work: expWork },
    peers: contenders.map((contender) => ({ contender, work: expWork })),
    loops: [],
    goals: [
      { kind: 'p50', connections: [1], atMostMs: 0.2 },
      { kind: 'p50', connections: [1], atMostMs: { of: 'mosec unbatched' } },
      { kind: 'ratio', connections: [16], against: ['limit'], atLeast: 0.6 },
      { kind: 'ratio', connections: [64, 256, 1000], against: ['limit'], atLeast: 0.85 },
      { kind: 'ratio', connections: [16], against: ['mosec batched'], atLeast: 5 },
      { kind: 'ratio', connections: [16], against: ['mosec unbatched'], atLeast: 3.5 },
      { kind: 'ratio', connections: [64, 256, 1000], against: ['mosec batched'], atLeast: 3 },
      { kind: 'ratio', connections: [64, 256, 1000], against: ['mosec unbatched'], atLeast: 3 },
    ],
  }
}
