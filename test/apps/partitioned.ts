import { column, endpoint, pipe, stage } from '@redesmyn/core'
import { between, handoff, partitioned } from '@redesmyn/cascade'
import { Type } from 'typebox'

const Reading = Type.Object({ region: Type.String(), sensor: column.int32(), value: Type.Number() })
/** What a call of the handler saw, beside the row's own value. */
const Told = Type.Object({
  value: Type.Number(),
  regions: Type.String(),
  sensors: Type.String(),
  params: Type.String(),
  rowCount: column.int32(),
})

/** Tells for every row what all rows of its call have; rejects values below zero, and throws all away at 666. */
export const tell = stage({
  name: 'tell',
  input: Reading,
  output: Told,
  threads: 2,
  batch: { maxRows: 64 },
  handler(batch, context) {
    const rows = batch.rows()
    for (const [row, { value }] of rows.entries()) {
      if (value === 666) throw new Error('666')
      if (value < 0) context.reject(row, 'REQUEST_INVALID', `${value} is below zero`)
    }
    const regions = distinct(rows.map(({ region }) => region))
    const sensors = distinct(rows.map(({ sensor }) => String(sensor)))
    const params = JSON.stringify(context.params)
    return rows.map(({ value }) => ({ value, regions, sensors, params, rowCount: rows.length }))
  },
})

function distinct(values: readonly string[]): string {
  return [...new Set(values)].join(',')
}

export const byRegion = partitioned(tell, { by: ['region'] })
export const byBoth = partitioned(tell, { by: ['region', 'sensor'] })

/** Stands before or behind others and changes nothing. */
const Passed = Type.Object({ ...Reading.properties })
export const pass = stage({
  name: 'pass',
  input: Passed,
  output: Reading,
  threads: 1,
  batch: { maxRows: 64 },
  handler: (batch) => batch.rows(),
})
const renamed = handoff(Reading, Reading, between.service(), (batch) => batch.rows())
export const behind = pipe(pass).to(renamed, byRegion)

/** Adds what its own call is told to what the one before it was. */
export const tellAgain = stage({
  name: 'tell-again',
  input: Told,
  output: Told,
  threads: 1,
  batch: { maxRows: 64 },
  handler: (batch, { params }) => {
    const own = JSON.stringify(params)
    return batch.rows().map((row) => ({ ...row, params: row.params === own ? own : `${row.params} ${own}` }))
  },
})
export const twice = partitioned(pipe(tell).to(tellAgain), { by: ['region'], name: 'tell-twice' })

/** Gives each row as often as its sensor says. */
export const repeat = stage({
  name: 'repeat',
  input: Reading,
  output: Told,
  threads: 2,
  returns: 'explode',
  partitionBy: ['region'],
  handler(batch, { params }) {
    const rows = batch.rows()
    const parents = rows.flatMap(({ sensor }, row) => Array.from({ length: sensor }, () => row))
    const regions = distinct(rows.map(({ region }) => region))
    const own = { regions, sensors: '', params: JSON.stringify(params), rowCount: rows.length }
    return { output: parents.map((row) => ({ value: rows[row].value, ...own })), parents: Int32Array.from(parents) }
  },
})

const Seen = Type.Object({ region: Type.String(), slot: column.int32() })
/** Tells which thread a row was in. */
const home = stage({
  name: 'home',
  input: Reading,
  output: Seen,
  threads: 4,
  affinity: true,
  handler: (batch, { slot }) => batch.rows().map(({ region }) => ({ region, slot })),
})
export const homes = partitioned(home, { by: ['region'] })

export default [
  endpoint('/homes', homes.auto),
  endpoint('/refused', byRegion),
  endpoint('/split', byRegion.auto),
  endpoint('/both', byBoth.auto),
  endpoint('/region/{region}', byRegion),
  endpoint('/behind', behind),
  endpoint('/twice', twice),
  endpoint('/twice-split', twice.auto),
]
