import { appendFileSync } from 'node:fs'
import { asset, between, handoff, source } from '@redesmyn/cascade'
import { endpoint, type HandlerContext, pipe, stage } from '@redesmyn/core'
import { Given } from '../../../apps/handoffs.ts'

/** `TOLD`: takes what handlers are told. `OUT`: folder of what is made. `JSON_URL`: where `two` is, as JSON. */
const { TOLD, OUT = 'nowhere', JSON_URL } = process.env

function tell(context: HandlerContext, rowCount: number): void {
  if (TOLD === undefined) return
  const { stage: name, attempt, idempotencyKey, traceparent, params, deadlineMs, signal } = context
  const said = { stage: name, pid: process.pid, rowCount, attempt, idempotencyKey, traceparent, params }
  const isFinite = Number.isFinite(deadlineMs)
  appendFileSync(TOLD, `${JSON.stringify({ ...said, isFinite, isAborted: signal.aborted })}\n`)
}

/** Leaves out what says so. */
export const one = stage({
  name: 'one',
  input: Given,
  output: Given,
  handler(batch, context) {
    tell(context, batch.rowCount)
    const rows = batch.rows()
    for (const [row, { text }] of rows.entries()) {
      if (text === 'no') context.reject(row, 'RECORD_INVALID', 'the text says no')
    }
    return rows.map((given) => ({ ...given, x: given.x / 3 }))
  },
})

/** The same, of other rows; throws at a bomb. */
export const two = stage({
  name: 'two',
  input: Given,
  output: Given,
  threads: 1,
  handler(batch, context) {
    tell(context, batch.rowCount)
    const rows = batch.rows()
    if (rows.some(({ text }) => text === 'bomb')) throw new Error('a bomb')
    for (const [row, { text }] of rows.entries()) {
      if (text === 'never') context.reject(row, 'REQUEST_INVALID', 'the text says never')
    }
    return rows.map((given) => ({ ...given, x: Math.sin(given.x), big: given.big + 1n }))
  },
})

export const three = stage({
  name: 'three',
  input: Given,
  output: Given,
  handler(batch, context) {
    tell(context, batch.rowCount)
    return batch.rows().map((given) => ({ ...given, text: given.text.toUpperCase() }))
  },
})

const over = JSON_URL === undefined ? between.service() : between.host({ urls: [JSON_URL], format: 'json' })
const all = pipe(one)
  .to(handoff(Given, Given, over), two)
  .to(three)

const rows = source({ name: 'rows', schema: Given, from: 'nowhere/*.ndjson' })
const common = { input: rows, pipeline: all, onReject: { maxRatio: 1 }, batchRows: 100 } as const

export const lines = asset({ ...common, name: 'lines', to: `${OUT}/lines`, format: 'ndjson' })
export const packed = asset({ ...common, name: 'packed', to: `${OUT}/packed`, format: 'parquet' })
export const arrow = asset({ ...common, name: 'arrow', to: `${OUT}/arrow`, format: 'arrow' })

export default endpoint('/all', all)
