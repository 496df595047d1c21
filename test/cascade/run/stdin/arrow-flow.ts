import { asset, source } from '@redesmyn/cascade'
import { column, pipe, stage } from '@redesmyn/core'
import { Type } from 'typebox'

const Row = Type.Object({ id: column.int64(), zone: Type.String(), tip: Type.Union([Type.Number(), Type.Null()]) })

const pass = stage({
  name: 'pass',
  input: Row,
  output: Row,
  handler: (batch) => ({ id: batch.column('id'), zone: batch.column('zone'), tip: batch.column('tip') }),
})

const identify = stage({
  name: 'identify',
  input: Row,
  output: Type.Object({ id: column.int64() }),
  handler: (batch) => ({ id: batch.column('id') }),
})

const rows = source({ name: 'rows', schema: Row, from: 'nowhere/*.arrow' })
const common = { input: rows, pipeline: pipe(pass) }

export const lines = asset({ ...common, name: 'lines', to: 'nowhere/lines', format: 'ndjson' })
export const columns = asset({ ...common, name: 'columns', to: 'nowhere/columns', format: 'arrow' })
export const ids = asset({
  name: 'ids',
  input: rows,
  pipeline: pipe(identify),
  to: 'nowhere/ids',
  format: 'arrow',
})
