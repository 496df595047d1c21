import { asset, source } from '@redesmyn/cascade'
import { pipe, stage } from '@redesmyn/core'
import { Type } from 'typebox'

const NumberRow = Type.Object({ id: Type.Integer(), x: Type.Number() })

export const doubled = stage({
  name: 'double',
  input: NumberRow,
  output: NumberRow,
  handler: (batch) => ({ id: batch.column('id'), x: batch.column('x').map((x) => 2 * x) }),
})

export const numbers = source({ name: 'numbers', schema: NumberRow, from: 'data/*.ndjson', format: 'ndjson' })

export const scored = asset({ name: 'scored', input: numbers, pipeline: pipe(doubled), to: 'out', format: 'ndjson' })
