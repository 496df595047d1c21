import { asset, source } from '@redesmyn/cascade'
import { pipe, stage } from '@redesmyn/core'
import { Type } from 'typebox'

const Row = Type.Object({ id: Type.Number(), many: Type.Number() })

/** One that is below zero is rejected by the first stage of every asset. */
export const judge = stage({
  name: 'judge',
  input: Row,
  output: Row,
  handler(batch, context) {
    const [id, many] = [batch.column('id'), batch.column('many')]
    many.forEach((count, row) => {
      if (count < 0) context.reject(row, 'RECORD_INVALID', 'below zero')
    })
    return { id, many }
  },
})

export const keep = stage({
  name: 'keep',
  input: Row,
  output: Row,
  returns: 'filter',
  threads: 1,
  handler(batch) {
    const [id, many] = [batch.column('id'), batch.column('many')]
    const parents = Int32Array.from(id, (_, row) => row).filter((row) => many[row] % 2 === 0)
    return {
      output: { id: Array.from(parents, (row) => id[row]), many: Array.from(parents, (row) => many[row]) },
      parents,
    }
  },
})

/** As many of each as it says. */
export const spread = stage({
  name: 'spread',
  input: Row,
  output: Row,
  returns: 'explode',
  threads: 1,
  handler(batch) {
    const [id, many] = [batch.column('id'), batch.column('many')]
    const parents = Int32Array.from([...many].flatMap((count, row) => new Array<number>(count).fill(row)))
    return {
      output: { id: Array.from(parents, (row) => id[row]), many: Array.from(parents, (row) => many[row]) },
      parents,
    }
  },
})

const rows = source({ name: 'rows', schema: Row, from: 'nowhere/*.ndjson' })
const common = { input: rows, format: 'ndjson', onReject: { maxRatio: 1 } } as const

export const same = asset({ ...common, name: 'same', pipeline: pipe(judge), to: 'nowhere/same' })
export const fewer = asset({ ...common, name: 'fewer', pipeline: pipe(judge).to(keep), to: 'nowhere/fewer' })
export const more = asset({ ...common, name: 'more', pipeline: pipe(judge).to(spread), to: 'nowhere/more' })
export const all = asset({ ...common, name: 'all', pipeline: pipe(judge).to(keep).to(spread), to: 'nowhere/all' })
