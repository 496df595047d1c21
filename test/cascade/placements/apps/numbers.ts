import { appendFileSync } from 'node:fs'
import { asset, between, handoff, source } from '@redesmyn/cascade'
import { endpoint, type HandlerContext, pipe, stage } from '@redesmyn/core'
import { Type } from 'typebox'

const Row = Type.Object({ id: Type.Number(), pad: Type.String() })

/** `TOLD`: takes what handlers are told. `SLEEP_MS`: how long a batch takes in `score`. `SOCKET`: where that is, by its author. */
const { TOLD, SLEEP_MS = '0', SOCKET } = process.env

function tell(context: HandlerContext, what: string): void {
  if (TOLD === undefined) return
  const { stage: name, attempt, idempotencyKey, traceparent, params, deadlineMs } = context
  const said = { what, stage: name, pid: process.pid, attempt, idempotencyKey, traceparent, params, deadlineMs }
  appendFileSync(TOLD, `${JSON.stringify({ ...said, atMs: Date.now() })}\n`)
}

export const first = stage({
  name: 'first',
  input: Row,
  output: Row,
  threads: 1,
  batch: { maxRows: 100, maxDelayMs: 50 },
  handler: (batch) => ({ id: batch.column('id'), pad: batch.column('pad') }),
})

/** Takes a batch with the row -1 for one that lasts until it is given up. */
export const score = stage({
  name: 'score',
  input: Row,
  output: Row,
  threads: 1,
  batch: { maxRows: 100 },
  async handler(batch, context) {
    const { signal } = context
    tell(context, 'begun')
    if (batch.column('id').includes(-1)) {
      await new Promise((resolve) => signal.addEventListener('abort', resolve, { once: true }))
      tell(context, 'aborted')
    }
    await new Promise((resolve) => setTimeout(resolve, Number(SLEEP_MS)))
    batch.column('id').forEach((id, row) => {
      if (id === 7) context.reject(row, 'RECORD_INVALID', 'the number is seven')
    })
    return { id: batch.column('id').map((id) => id * 2), pad: batch.column('pad') }
  },
})

export const last = stage({
  name: 'last',
  input: Row,
  output: Row,
  threads: 1,
  batch: { maxRows: 100 },
  handler: (batch) => ({ id: batch.column('id'), pad: batch.column('pad') }),
})

const over = SOCKET === undefined ? between.service() : between.app({ socket: SOCKET })
const all = pipe(first)
  .to(handoff(Row, Row, over), score)
  .to(last)

const rows = source({ name: 'rows', schema: Row, from: 'nowhere/*.ndjson' })
export const scored = asset({
  name: 'scored',
  input: rows,
  pipeline: all,
  to: 'nowhere/scored',
  format: 'ndjson',
  onReject: { maxRatio: 1 },
})
/** Rows with different texts are kept apart. */
export const parted = asset({
  name: 'parted',
  input: rows,
  pipeline: all,
  partitionBy: ['pad'],
  to: 'nowhere/parted',
  format: 'ndjson',
})

export default endpoint('/score/{region}', all)
