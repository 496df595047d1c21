import { appendFileSync } from 'node:fs'
import { stage } from '@redesmyn/core'
import { Type } from 'typebox'

const Values = Type.Object({ x: Type.Number() })

/** Gives back what it is given, and says so in `TOLD`. */
export const hop = stage({
  name: 'hop',
  input: Values,
  output: Values,
  batch: { maxRows: 65_536 },
  handler(batch) {
    const { TOLD } = process.env
    if (TOLD !== undefined) {
      appendFileSync(TOLD, `${JSON.stringify({ pid: process.pid, rowCount: batch.rowCount })}\n`)
    }
    return { x: batch.column('x') }
  },
})
