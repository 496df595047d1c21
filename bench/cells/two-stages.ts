import { mosec } from '../contender/mosec.ts'
import { cascade } from '../contender/node-contenders.ts'
import { expWork } from './exp.ts'
import type { ServingCell } from './serving-cell.ts'

/** The cost of a hop: the cell exp with a stage before it, each in a thread of its own. */
export function twoStagesCell(): ServingCell {
  const contenders = [
    cascade('exp', 'one stage'),
    mosec('mosec batched', { cell: 'two-stages', maxBatch: 512, maxWaitMs: 10 }),
    mosec('mosec unbatched', { cell: 'two-stages', maxBatch: 1, maxWaitMs: 0 }),
  ]
  return {
    kind: 'serving',
    name: 'two-stages',
    title: '{"x":2} → parse → exp → {"y":…}: a thread each, batches up to 512',
    connections: [256, 16],
    subject: { contender: cascade('two-stages'), work: expWork },
    peers: contenders.map((contender) => ({ contender, work: expWork })),
    loops: [],
    goals: [
      { kind: 'ratio', connections: [16, 256], against: ['mosec batched'], atLeast: 5 },
      { kind: 'ratio', connections: [16, 256], against: ['mosec unbatched'], atLeast: 5 },
      { kind: 'ratio', connections: [16, 256], against: ['one stage'], atLeast: 0.7 },
    ],
  }
}
