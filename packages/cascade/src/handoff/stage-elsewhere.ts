import { randomUUID } from 'node:crypto'
import {
  type AnyHandler,
  type AnyStage,
  assertReachable,
  assignFields,
  type Field,
  handlerColumn,
  type HandlerContext,
  joinPicks,
  overrideStage,
  packColumns,
  picksOf,
  provider,
  type Provider,
  type RecordBatch,
} from '@redesmyn/core'
import type { Between, Reply } from './between.ts'
import type { Medium } from './medium.ts'
import { openWay } from './open-way.ts'

/**
 * A stage as its senders have it when it runs elsewhere: it is called on their own thread, for it only waits, and hands
 * each batch to the way there, which is opened when the stage starts and closed when it ends. Throws BETWEEN_UNSUPPORTED
 * for a stage that streams, takes a model, or gives other numbers of rows than it takes.
 */
export function stageElsewhere(stage: AnyStage, medium: Medium, nowMs = () => performance.now()): AnyStage {
  assertReachable(stage, medium.placement)
  let current: Between | undefined
  const open = async (): Promise<Between> => {
    current = (await openWay(stage, medium)).way
    return current
  }
  // When the stage ends, whoever waited for a call has had its answer, or has given up.
  const way = provider<Between>(`way to stage "${stage.name}"`, open, { dispose: (opened) => opened.close('abort') })
  const options = {
    isolation: 'inline',
    threads: 1,
    env: {},
    maxHeapMiB: undefined,
    recycle: { maxBatches: undefined, maxAgeMs: undefined },
    concurrency: medium.maxCalls,
    needs: [way],
    // What the handler needs or may not do is looked after where it runs.
    mutatesInput: false,
    checkWrites: false,
    examples: [],
  }
  const here = overrideStage(stage, [{ place: `placement "${medium.placement}"`, stage: stage.name, options }])
  return {
    ...here,
    handler: callElsewhere(way, stage.output?.fields ?? [], nowMs),
    medium,
    wayStats: () => current?.stats?.(),
  }
}

function callElsewhere(way: Provider<Between>, output: readonly Field[], nowMs: () => number): AnyHandler {
  return async (batch, context) => {
    const between = context.get(way)
    const records = batch['~records']
    const calledAtMs = nowMs()
    const credit = await between.acquire(bytesOf(records), context.signal)
    try {
      const reply = await between.call(records, {
        signal: context.signal,
        // What waiting for room took is gone.
        deadlineMs: context.deadlineMs - (nowMs() - calledAtMs),
        attempt: context.attempt,
        // None came with a direct call: there may be several attempts all the same.
        idempotencyKey: context.idempotencyKey ?? randomUUID(),
        traceparent: context.traceparent,
        partition: context.params,
      })
      return take({ ...reply, batch: assignFields(reply.batch, output) }, records.rowCount, context)
    } finally {
      credit.release()
    }
  }
}

/** Rejects what was rejected there, and gives the rest as columns, views of the reply's memory where that is possible. */
function take(
  reply: Pick<Reply, 'batch' | 'rejects'>,
  rowCount: number,
  context: HandlerContext<unknown>,
): Readonly<Record<string, unknown>> {
  const { rejects } = reply
  for (const { row, code, message } of rejects) context.reject(row, code, message)
  const { fields } = reply.batch
  // Nothing is looked at of a batch whose every row was rejected.
  const batch = rejects.length === 0 || rejects.length === rowCount ? reply.batch : withGaps(reply)
  return Object.fromEntries(fields.map(({ name }) => [name, handlerColumn(batch.column(name))]))
}

/** A handler answers for every row; what stands in the place of a rejected one is ignored. */
function withGaps({ batch, rejects }: Pick<Reply, 'batch' | 'rejects'>): RecordBatch {
  const rows = new Int32Array(batch.rowCount + rejects.length)
  for (const { row } of rejects) rows[row] = -1
  let given = 0
  for (let place = 0; place < rows.length; place++) if (rows[place] === 0) rows[place] = given++
  return joinPicks(batch.fields, [batch], picksOf(rows))
}

/** What goes over the way, without the heads of messages. */
function bytesOf(records: RecordBatch): number {
  return packColumns(records).reduce((sum, { byteLength }) => sum + byteLength, 0)
}
