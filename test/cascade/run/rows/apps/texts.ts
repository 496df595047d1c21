import { appendFileSync } from 'node:fs'
import { asset, source } from '@redesmyn/cascade'
import { pipe, stage } from '@redesmyn/core'
import { Type } from 'typebox'

const Row = Type.Object({ id: Type.Number(), text: Type.String() })
const { BATCHES } = process.env

export const pass = stage({
  name: 'pass',
  input: Row,
  output: Row,
  handler(batch) {
    if (BATCHES !== undefined) {
      // By its offsets: as strings the texts would take more than the run does.
      const offsets = batch.toArrow().getChild('text')?.data[0].valueOffsets ?? []
      const bytes = Number(offsets.at(-1)) - Number(offsets[0])
      appendFileSync(BATCHES, `${JSON.stringify({ rows: batch.rowCount, bytes })}\n`)
    }
    return { id: batch.column('id'), text: batch.column('text') }
  },
})

const rows = source({ name: 'rows', schema: Row, from: 'nowhere/*.ndjson' })

export const passed = asset({ name: 'passed', input: rows, pipeline: pipe(pass), to: 'nowhere/out', format: 'ndjson' })
