import { appendFileSync } from 'node:fs'
import { setTimeout as pause } from 'node:timers/promises'
import { between, handoff, invoke } from '@redesmyn/cascade'
import { endpoint, type HandlerContext, pipe, stage } from '@redesmyn/core'
import { Type } from 'typebox'

const { env } = process

/** How many milliseconds of the call's time the middle leaves to the last. */
const Plan = Type.Object({ leaveMs: Type.Number() })
const Left = Type.Object({ leftMs: Type.Number() })

const pass = stage({ name: 'pass', input: Plan, output: Plan, handler: (batch) => batch.rows() })

/** Says in a file that it began, and with how much time left. */
export const last = stage({
  name: 'last',
  input: Plan,
  output: Left,
  threads: 1,
  handler(batch, { deadlineMs }) {
    const rows = batch.rows()
    for (const { leaveMs } of rows) appendFileSync(env['CHAIN_MARKS'] ?? '', `last ${leaveMs} ${deadlineMs}\n`)
    return { leftMs: rows.map(() => deadlineMs) }
  },
})

/** Works on for as long as it means to, whether anybody waits or not. */
async function dawdle({ deadlineMs }: HandlerContext, [{ leaveMs }]: readonly { leaveMs: number }[]): Promise<void> {
  appendFileSync(env['CHAIN_MARKS'] ?? '', `middle ${leaveMs} ${deadlineMs}\n`)
  await pause(deadlineMs - leaveMs)
}

/** Here every call is to take its time, also where many before it had too little. */
const patient = { breaker: { failures: 1000 } }
/** The tests say where the process of the next stage is. */
const toLast = handoff(Plan, Plan, between.host({ ...patient, urls: async () => [env['CHAIN_NEXT'] ?? ''] }))
const passed = pipe(pass).to(toLast, last)

/** A stage whose own handler calls the last one. */
export const calling = stage({
  name: 'middle',
  input: Plan,
  output: Left,
  threads: 2,
  batch: { maxRows: 1 },
  async handler(batch, context) {
    const { clock, signal, deadlineMs } = context
    const beganAtMs = clock.now()
    const rows = batch.rows()
    await dawdle(context, rows)
    return await invoke(passed, rows, { clock, signal, deadlineMs: deadlineMs - (clock.now() - beganAtMs) })
  },
})

const slow = stage({
  name: 'slow',
  input: Plan,
  output: Plan,
  threads: 2,
  batch: { maxRows: 1 },
  async handler(batch, context) {
    const rows = batch.rows()
    await dawdle(context, rows)
    return rows
  },
})

const served = pipe(slow).to(toLast, last)
const overSocket = between.app({ ...patient, socket: env['CHAIN_SOCKET'] ?? '/nowhere.sock' })
const overHttp = between.host({
  ...patient,
  urls: async () => [env['CHAIN_NEXT'] ?? ''],
  format: 'json',
  path: '/served',
})

/** What the pipeline of another server gives, as a stage. */
const elsewhere = stage({ name: 'served', input: Plan, output: Left, batch: { maxRows: 1 }, handler: refuse })

/** Each process offers what it is for, and reaches for no more. */
const roles = {
  served: [endpoint('/served', served, { clientDeadline: true })],
  handler: [endpoint('/ask', pipe(pass).to(handoff(Plan, Plan, overSocket), calling), { clientDeadline: true })],
  pipeline: [endpoint('/ask', pipe(pass).to(handoff(Plan, Plan, overHttp), elsewhere), { clientDeadline: true })],
  stages: [],
}

export default roles[(env['CHAIN_ROLE'] ?? 'stages') as keyof typeof roles]

function refuse(): never {
  throw new Error('it is called elsewhere')
}
