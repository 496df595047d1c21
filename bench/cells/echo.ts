import { mosec } from '../contender/mosec.ts'
import { cascade, nodeServer } from '../contender/node-contenders.ts'
import { jsonWork } from '../drive/work.ts'
import type { ServingCell } from './serving-cell.ts'

const record = { n: 42, text: 'hello' }
const work = jsonWork(record, (answer) => JSON.stringify(answer) === JSON.stringify(record))

export function echoCell(): ServingCell {
  const contenders = [
    nodeServer('limit', 'bare-echo-server'),
    nodeServer('fastify', 'fastify-echo-server'),
    mosec('mosec batched', { cell: 'echo', maxBatch: 512, maxWaitMs: 10 }),
    mosec('mosec unbatched', { cell: 'echo', maxBatch: 1, maxWaitMs: 0 }),
  ]
  return {
    kind: 'serving',
    name: 'echo',
    title: '{"n":42,"text":"hello"} back: one thread',
    connections: [64, 16, 256, 1000],
    subject: { contender: cascade('echo'), work },
    peers: contenders.map((contender) => ({ contender, work })),
    loops: [],
    goals: [
      { kind: 'ratio', connections: [16], against: ['limit'], atLeast: 0.6 },
      { kind: 'ratio', connections: [64, 256, 1000], against: ['limit'], atLeast: 0.85 },
      { kind: 'ratio', connections: [16], against: ['mosec batched'], atLeast: 5 },
      { kind: 'ratio', connections: [16], against: ['mosec unbatched'], atLeast: 3.5 },
      { kind: 'ratio', connections: [64, 256, 1000], against: ['mosec batched'], atLeast: 3 },
      { kind: 'ratio', connections: [64, 256, 1000], against: ['mosec unbatched'], atLeast: 3 },
    ],
  }
}
