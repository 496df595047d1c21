import { mosec } from '../contender/mosec.ts'
import { cascade, nodeServer } from '../contender/node-contenders.ts'
import type { Work } from '../drive/work.ts'
import type { ServingCell } from './serving-cell.ts'

/** What a body of this size is called, and how many times mosec's rate it is to reach. */
interface BodySize {
  readonly name: string
  readonly bytes: number
  readonly atLeast: number
}

export const bodySizes = Object.freeze({
  small: { name: '100 KB', bytes: 100_000, atLeast: 1.3 },
  large: { name: '1 MB', bytes: 1_000_000, atLeast: 2 },
})

/** A body of bytes through a stage and back, as it came. */
export function bytesCell(cell: string, { name, bytes, atLeast }: BodySize): ServingCell {
  const body = Uint8Array.from({ length: bytes }, (_, index) => (index * 31 + (index >> 8)) & 255)
  const work: Work = {
    body,
    contentType: 'application/octet-stream',
    isRight: (answer) => answer.compare(body) === 0,
  }
  const contenders = [
    nodeServer('limit', 'bare-bytes-server'),
    mosec('mosec batched', { cell: 'bytes', maxBatch: 16, maxWaitMs: 10 }),
    mosec('mosec unbatched', { cell: 'bytes', maxBatch: 1, maxWaitMs: 0 }),
  ]
  return {
    kind: 'serving',
    name: cell,
    title: `${name} of bytes and back: one thread`,
    connections: [16, 64],
    subject: { contender: cascade('bytes'), work },
    peers: contenders.map((contender) => ({ contender, work })),
    loops: [],
    goals: [
      { kind: 'ratio', connections: [16, 64], against: ['mosec batched'], atLeast },
      { kind: 'ratio', connections: [16, 64], against: ['mosec unbatched'], atLeast },
    ],
  }
}
