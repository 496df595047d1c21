import { appendFileSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { setTimeout as pause } from 'node:timers/promises'
import { asset, between, handoff, source } from '@redesmyn/cascade'
import { column, type HandlerContext, pipe, stage } from '@redesmyn/core'
import { Type } from 'typebox'

/**
 * The test that runs this flow says where its files lie, sets the pace of its stages by a file, and reads in another one
 * which calls were made.
 */
const { IDS_FOLDER: folder = 'nowhere', IDS_URLS: urls, IDS_SOCKET: socket, IDS_TLS: tls } = process.env

const Id = Type.Object({ id: column.int32() })
const Score = Type.Object({ id: column.int32(), y: Type.Number() })

/** Leaves a line for the call, then takes the time that the test says, or waits for as long as it says `hold`. */
async function halve(ids: Int32Array, { idempotencyKey, attempt, signal }: HandlerContext) {
  appendFileSync(join(folder, 'calls'), `${idempotencyKey} ${attempt} ${ids.length} ${process.pid}\n`)
  while (pace() === 'hold') await pause(5, undefined, { signal })
  await pause(Number(pace()), undefined, { signal })
  return { id: ids, y: Float64Array.from(ids, (id) => id / 2) }
}

function pace(): string {
  return readFileSync(join(folder, 'pace'), 'utf8')
}

export const prepare = stage({
  name: 'prepare',
  input: Id,
  output: Id,
  handler: (batch) => ({ id: batch.column('id').slice() }),
})

export const score = stage({
  name: 'score',
  input: Id,
  output: Score,
  threads: 1,
  concurrency: 4,
  handler: (batch, context) => halve(batch.column('id').slice(), context),
})

/** Its process can be killed by itself: its id is in the lines of the calls. */
export const apart = stage({
  name: 'apart',
  input: Id,
  output: Score,
  isolation: 'child',
  threads: 2,
  handler: (batch, context) => halve(batch.column('id').slice(), context),
})

/** No call of it may be made twice. */
export const send = stage({
  name: 'send',
  input: Id,
  output: Score,
  effects: 'once',
  threads: 1,
  concurrency: 4,
  handler: (batch, context) => halve(batch.column('id').slice(), context),
})

/** With less patience than where a flag says where a stage is. */
const soon = {
  retry: { attempts: 4, baseMs: 50, capMs: 200 },
  breaker: { failures: 3, openMs: 500 },
  attemptTimeoutMs: 1000,
}
const away =
  urls === undefined
    ? between.service()
    : between.host({ urls: urls.split(','), ...(tls !== undefined && { tls: JSON.parse(tls) }), ...soon })
const near = socket === undefined ? between.service() : between.app({ socket, ...soon })

export const ids = source({ name: 'ids', schema: Id, from: join(folder, 'in/*.ndjson'), format: 'ndjson' })

function output<Name extends string>(name: Name) {
  return { input: ids, name, to: join(folder, name), format: 'ndjson', batchRows: 50 } as const
}

export const scored = asset({ ...output('scored'), pipeline: pipe(prepare).to(score) })
export const scoredApart = asset({ ...output('scored_apart'), pipeline: pipe(prepare).to(apart) })
export const scoredSoon = asset({ ...output('scored_soon'), pipeline: pipe(prepare).to(handoff(Id, Id, away), score) })
export const scoredNear = asset({ ...output('scored_near'), pipeline: pipe(prepare).to(handoff(Id, Id, near), score) })
export const sent = asset({ ...output('sent'), pipeline: pipe(prepare).to(handoff(Id, Id, away), send) })
