import { appendFileSync, existsSync } from 'node:fs'
import { asset, source } from '@redesmyn/cascade'
import { endpoint, type HandlerContext, pipe, stage } from '@redesmyn/core'
import { Type } from 'typebox'

const Row = Type.Object({ id: Type.Number(), secret: Type.String() })
const Scored = Type.Object({ id: Type.Number(), score: Type.Number() })

/** `GATE`: a file that the last stage waits for, once the first batch is through. `TOLD`: a file that takes what handlers are told of their batches. */
const { GATE, TOLD } = process.env

function tell({ stage: name, traceparent, attempt, idempotencyKey, params, log }: HandlerContext): void {
  log.info({ said: name }, 'A handler works.')
  if (TOLD === undefined) return
  appendFileSync(TOLD, `${JSON.stringify({ name, traceparent, attempt, idempotencyKey, params })}\n`)
}

export const check = stage({
  name: 'check',
  input: Row,
  output: Row,
  threads: 1,
  handler(batch, context) {
    tell(context)
    batch.column('id').forEach((id, row) => {
      if (id < 0) context.reject(row, 'RECORD_INVALID', 'below zero')
    })
    return { id: batch.column('id'), secret: batch.column('secret') }
  },
})

export const score = stage({
  name: 'score',
  input: Row,
  output: Scored,
  threads: 1,
  handler(batch, context) {
    tell(context)
    return { id: batch.column('id'), score: batch.column('id').map((id) => Math.sin(id)) }
  },
})

export const round = stage({
  name: 'round',
  input: Scored,
  output: Scored,
  threads: 1,
  async handler(batch, context) {
    tell(context)
    const isHeld = batch.column('id')[0] >= 100
    while (isHeld && GATE !== undefined && !existsSync(GATE)) await new Promise((resolve) => setTimeout(resolve, 10))
    return { id: batch.column('id'), score: batch.column('score').map((value) => Math.round(value * 1e6) / 1e6) }
  },
})

export const punctual = stage({
  name: 'punctual',
  input: Row,
  output: Scored,
  threads: 1,
  timeoutMs: 60_000,
  async handler(batch, { signal }) {
    await new Promise((resolve) => setTimeout(resolve, 20))
    signal.throwIfAborted()
    return { id: batch.column('id'), score: batch.column('id') }
  },
})

const rows = source({ name: 'rows', schema: Row, from: 'nowhere/*.ndjson' })
const three = pipe(check).to(score).to(round)

export const scored = asset({
  name: 'scored',
  input: rows,
  pipeline: three,
  to: 'nowhere/lines',
  format: 'ndjson',
  onReject: { maxRatio: 1 },
})
/** Its batches have a minute each. */
export const timed = asset({
  name: 'timed',
  input: rows,
  pipeline: pipe(check).to(punctual),
  to: 'nowhere/timed',
  format: 'ndjson',
})
export const arrow = asset({ name: 'arrow', input: rows, pipeline: three, to: 'nowhere/arrow', format: 'arrow' })
export const packed = asset({ name: 'packed', input: rows, pipeline: three, to: 'nowhere/packed', format: 'parquet' })
export const reread = asset({
  name: 'reread',
  input: packed,
  pipeline: pipe(round),
  to: 'nowhere/reread',
  format: 'ndjson',
})

export default endpoint('/score', three)
