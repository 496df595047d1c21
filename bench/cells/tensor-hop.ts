import { mosec } from '../contender/mosec.ts'
import { cascade } from '../contender/node-contenders.ts'
import type { Work } from '../drive/work.ts'
import type { ServingCell } from './serving-cell.ts'

const imageBytes = 1_000_000

/** A tensor of 4 MB from one stage to the next. */
export function tensorHopCell(): ServingCell {
  const body = Uint8Array.from({ length: imageBytes }, (_, index) => (index * 31 + (index >> 8)) & 255)
  const expected = body.reduce((sum, value) => sum + value, 0)
  const request = { body, contentType: 'application/octet-stream' }
  // Where the body is raw the answer is too: the bytes of one double.
  const work: Work = { ...request, isRight: (answer) => answer.readDoubleLE(0) === expected }
  const theirWork: Work = { ...request, isRight: (answer) => JSON.parse(answer.toString()).sum === expected }
  const contender = mosec('mosec', { cell: 'tensor-hop', maxBatch: 1, maxWaitMs: 0 })
  return {
    kind: 'serving',
    name: 'tensor-hop',
    title: '1 MB of bytes → 4 MB of floats → their sum: two stages, a thread each',
    connections: [16, 1],
    subject: { contender: cascade('tensor-hop'), work },
    peers: [{ contender, work: theirWork }],
    loops: [],
    goals: [{ kind: 'ratio', connections: [1, 16], against: ['mosec'], atLeast: 10 }],
  }
}
