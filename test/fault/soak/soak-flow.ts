import { asset, source } from '@redesmyn/cascade'
import { pipe, retry, stage } from '@redesmyn/core'
import { Type } from 'typebox'
import { type FaultName, trouble } from './soak-faults.ts'

const { SOAK_SEED = '1', SOAK_SHARE = '0', SOAK_MARKS = '', SOAK_PACE_MS = '0', SOAK_BATCH_ROWS = '1' } = process.env

const Row = Type.Object({ id: Type.Number() })
const Twice = Type.Object({ id: Type.Number(), y: Type.Number() })

/** Threads and processes that are lost too often come back later each time: they are lost more rarely than others fail. */
const often: readonly FaultName[] = ['throws', 'throws', 'throws', 'late', 'late', 'late', 'late', 'late']

/** Only whole batches: what is left of one that failed has had its trouble. */
async function befall(name: string, kinds: readonly FaultName[], ids: ArrayLike<number>): Promise<void> {
  if (ids.length !== Number(SOAK_BATCH_ROWS)) return
  const share = Number(SOAK_SHARE) / 3
  await trouble({ stage: name, seed: Number(SOAK_SEED), share, kinds, marks: SOAK_MARKS }, ids[0])
}

export const doubled = stage({
  name: 'doubled',
  input: Row,
  output: Twice,
  threads: 2,
  async handler(batch) {
    const id = batch.column('id')
    await new Promise((resolve) => setTimeout(resolve, Number(SOAK_PACE_MS)))
    await befall('doubled', [...often, 'ends'], id)
    return { id, y: id.map((value) => value * 2) }
  },
})

export const apart = stage({
  name: 'apart',
  input: Twice,
  output: Twice,
  isolation: 'child',
  async handler(batch) {
    await befall('apart', [...often, 'killed'], batch.column('id'))
    return { id: batch.column('id'), y: batch.column('y') }
  },
})

export const asked = stage({
  name: 'asked',
  input: Twice,
  output: Twice,
  handler: retry({ attempts: 2 })(async (batch) => {
    await befall('asked', ['away'], batch.column('id'))
    return { id: batch.column('id'), y: batch.column('y') }
  }),
})

const rows = source({ name: 'rows', schema: Row, from: 'nowhere/*.ndjson' })

export const soaked = asset({
  name: 'soaked',
  input: rows,
  pipeline: pipe(doubled).to(apart).to(asked),
  to: 'nowhere/out',
  format: 'ndjson',
})
