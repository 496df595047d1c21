import { asset, source } from '@redesmyn/cascade'
import { pipe, stage } from '@redesmyn/core'
import { Type } from 'typebox'

const Row = Type.Object({ id: Type.Integer(), name: Type.String() })

const table = source({ name: 'table', schema: Row, from: 'nowhere/*.csv' })
const lines = source({ name: 'lines', schema: Row, from: 'nowhere/*.ndjson' })

const keep = stage({
  name: 'keep',
  input: Row,
  output: Row,
  handler: (batch) => ({ id: batch.column('id'), name: batch.column('name') }),
})

export const kept = asset({
  name: 'kept',
  input: lines,
  pipeline: pipe(keep),
  to: 'nowhere/out/',
  format: 'ndjson',
  onReject: { maxRatio: 0.01 },
})

export const tabled = asset({ name: 'tabled', input: table, pipeline: pipe(keep), to: 'nowhere/csv/', format: 'csv' })
