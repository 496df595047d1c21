import { toErrorData } from '../errors/error-data.ts'
import type { ObjectSchema } from '../schema/object-schema.ts'
import type { Batch } from './batch.ts'
import { DerivedContext } from './derived-context.ts'
import type { Handler, HandlerOutput } from './handler.ts'
import type { HandlerContext, NoModel } from './handler-context.ts'
import { joinOutputs, type OutputPart } from './join-outputs.ts'

/**
 * Wraps a handler so that a row it cannot stand costs only itself: a batch that throws is halved until the guilty rows
 * are alone, and each of them fails with what was thrown for it. The handler sees a row up to log2(rows) + 1 times
 * more, so it must not mind. For handlers that return columns, rows or values; batches of Arrow and frames of Polars
 * cannot be put together again, and fail as a whole.
 */
export function bisect<I extends ObjectSchema, O extends ObjectSchema, M = NoModel>(
  next: Handler<I, O, M>,
): Handler<I, O, M> {
  return async (batch, context) => {
    try {
      return await next(batch, context)
    } catch (error) {
      const search: Search<I, O, M> = { next, batch, context, parts: [] }
      await splitOrReject(search, 0, batch.rowCount, error)
      return joinOutputs(search.parts)
    }
  }
}

interface Search<I extends ObjectSchema, O extends ObjectSchema, M> {
  readonly next: Handler<I, O, M>
  readonly batch: Batch<I, O>
  readonly context: HandlerContext<M>
  /** What came of the parts that did not throw, in order, and the rows that did. */
  readonly parts: OutputPart<HandlerOutput<O>>[]
}

/** Rows `from` to `to` (exclusive) have thrown together. */
async function splitOrReject<I extends ObjectSchema, O extends ObjectSchema, M>(
  search: Search<I, O, M>,
  from: number,
  to: number,
  error: unknown,
): Promise<void> {
  if (to - from === 1) {
    const { code, message } = toErrorData(error, 'HANDLER_ERROR')
    search.context.reject(from, code, message)
    search.parts.push({ kind: 'rejected' })
    return
  }
  search.context.signal.throwIfAborted()
  const middle = (from + to) >> 1
  await runPart(search, from, middle)
  await runPart(search, middle, to)
}

async function runPart<I extends ObjectSchema, O extends ObjectSchema, M>(
  search: Search<I, O, M>,
  from: number,
  to: number,
): Promise<void> {
  const { next, batch, context, parts } = search
  try {
    const output = await next(batch.slice(from, to), new DerivedContext(context, { firstRow: from }))
    parts.push({ kind: 'output', output, rowCount: to - from })
  } catch (error) {
    await splitOrReject(search, from, to, error)
  }
}
