import { appendFileSync, existsSync } from 'node:fs'
import { asset, source } from '@redesmyn/cascade'
import { pipe, stage } from '@redesmyn/core'
import { Type } from 'typebox'

const Row = Type.Object({ id: Type.Number() })
const { CRASHES = '', GATE = '' } = process.env

/** The row below zero ends its process. */
export const fragile = stage({
  name: 'fragile',
  input: Row,
  output: Row,
  isolation: 'child',
  handler(batch) {
    const id = batch.column('id')
    if (id.some((value) => value < 0)) {
      appendFileSync(CRASHES, `${id.length}\n`)
      process.abort()
    }
    return { id }
  },
})

/** The run goes on until somebody has looked at it. */
export const hold = stage({
  name: 'hold',
  input: Row,
  output: Row,
  threads: 1,
  async handler(batch) {
    while (!existsSync(GATE)) await new Promise((resolve) => setTimeout(resolve, 10))
    return { id: batch.column('id') }
  },
})

const rows = source({ name: 'rows', schema: Row, from: 'nowhere/*.ndjson' })

export const survived = asset({
  name: 'survived',
  input: rows,
  pipeline: pipe(fragile).to(hold),
  to: 'nowhere/out',
  format: 'ndjson',
  onReject: { maxRatio: 1 },
})
