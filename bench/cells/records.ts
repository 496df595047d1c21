import { mosec } from '../contender/mosec.ts'
import { cascade, nodeServer } from '../contender/node-contenders.ts'
import { jsonWork } from '../drive/work.ts'
import type { Trip } from '../servers/fill-columns.ts'
import type { ServingCell } from './serving-cell.ts'

const trips: readonly Trip[] = Array.from({ length: 100 }, (_, row) => ({
  distance: row * 0.37,
  duration: 300 + row * 7,
  fare: 5 + row * 0.5,
  tip: (row % 5) * 0.25,
  passengers: 1 + (row % 4),
  zone: `zone-${row % 20}`,
  isShared: row % 3 === 0,
  rate: 1 + (row % 6) * 0.125,
}))
const expected = JSON.stringify(trips.map(({ fare, tip }) => fare + tip))

const work = jsonWork(trips, (answer) => {
  return (
    typeof answer === 'object' &&
    answer !== null &&
    'predictions' in answer &&
    JSON.stringify(answer.predictions) === expected
  )
})

export function recordsCell(): ServingCell {
  const contenders = [
    nodeServer('limit', 'bare-records-server'),
    nodeServer('fastify', 'fastify-records-server'),
    mosec('mosec', { cell: 'records', maxBatch: 1, maxWaitMs: 0 }),
  ]
  return {
    kind: 'serving',
    name: 'records',
    title: '100 records of 8 columns in one body → 100 numbers',
    connections: [16, 64],
    subject: { contender: cascade('records'), work },
    peers: contenders.map((contender) => ({ contender, work })),
    loops: [{ name: 'parse and fill alone', file: 'parse-and-fill-loop', unitsPerRequest: 1 }],
    goals: [{ kind: 'ratio', connections: [16, 64], against: ['parse and fill alone'], atLeast: 0.8 }],
  }
}
