import { asset, source } from '@redesmyn/cascade'
import { pipe, stage } from '@redesmyn/core'
import { Type } from 'typebox'

const Row = Type.Object({ id: Type.Number() })
const { MENDED } = process.env

/** Gives a row too few. */
export const short = stage({
  name: 'short',
  input: Row,
  output: Row,
  handler: (batch) => ({ id: batch.column('id').slice(MENDED === undefined ? 1 : 0) }),
})

const rows = source({ name: 'rows', schema: Row, from: 'nowhere/*.ndjson' })

export const made = asset({ name: 'made', input: rows, pipeline: pipe(short), to: 'nowhere/out', format: 'ndjson' })
