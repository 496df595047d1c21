import { mosec } from '../contender/mosec.ts'
import { cascade, nodeServer } from '../contender/node-contenders.ts'
import type { Work } from '../drive/work.ts'
import type { ServingCell } from './serving-cell.ts'

const count = 100
const dataPattern = /^data: ?(.*)$/gm

const work: Work = {
  body: JSON.stringify({ count }),
  contentType: 'application/json',
  isRight(answer) {
    const events = Array.from(answer.toString().matchAll(dataPattern), ([, data = '']) => data)
    return (
      events.length === count && events.every((data, n) => data === `event ${String(n).padStart(4, '0')} xxxxxxxxx`)
    )
  },
}

/** What is counted is answers, each of a hundred events: a ratio of answers is one of events. */
export function streamCell(): ServingCell {
  const contenders = [
    nodeServer('limit', 'bare-stream-server'),
    mosec('mosec batched', { cell: 'stream', maxBatch: 512, maxWaitMs: 10 }),
    mosec('mosec unbatched', { cell: 'stream', maxBatch: 1, maxWaitMs: 0 }),
  ]
  return {
    kind: 'serving',
    name: 'stream',
    title: '100 events of 20 bytes for each request: one thread',
    connections: [64, 16],
    subject: { contender: cascade('stream'), work },
    peers: contenders.map((contender) => ({ contender, work })),
    loops: [],
    goals: [
      { kind: 'ratio', connections: [16, 64], against: ['mosec batched'], atLeast: 3 },
      { kind: 'ratio', connections: [16, 64], against: ['mosec unbatched'], atLeast: 3 },
    ],
  }
}
