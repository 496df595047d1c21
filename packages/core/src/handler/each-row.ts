import { toErrorData } from '../errors/error-data.ts'
import type { RowInputOf, RowOf } from '../schema/static.ts'
import type { Handler } from './handler.ts'
import type { HandlerContext, NoModel } from './handler-context.ts'
import type { ObjectSchema } from '../schema/object-schema.ts'

export interface EachRowOptions {
  /** Rows of a batch that are worked on at once, for functions that wait. Default 1. */
  readonly concurrency?: number
}

/** What `eachRow` calls for every row. */
export type RowHandler<I extends ObjectSchema, O extends ObjectSchema, M> = (
  row: RowOf<I>,
  context: HandlerContext<M>,
  index: number,
) => RowInputOf<O> | Promise<RowInputOf<O>>

/**
 * Makes a handler of a function of one row. Rows fail one by one: with the error's own code where it is a
 * `PipelineError`, else with HANDLER_ERROR.
 */
export function eachRow<I extends ObjectSchema, O extends ObjectSchema, M = NoModel>(
  run: RowHandler<I, O, M>,
  options: EachRowOptions = {},
): Handler<I, O, M> {
  const { concurrency = 1 } = options
  return async (batch, context) => {
    const rows = batch.rows()
    const results: (RowInputOf<O> | undefined)[] = Array.from({ length: rows.length })
    const queue = rows.entries()
    const work = async () => {
      // One iterator for all: each takes the next row that nobody has taken.
      for (const [index, row] of queue) {
        if (context.signal.aborted) return
        results[index] = await runRow(run, row, context, index)
      }
    }
    await Promise.all(Array.from({ length: Math.min(concurrency, rows.length) }, work))
    context.signal.throwIfAborted()
    return fillHoles(results)
  }
}

async function runRow<I extends ObjectSchema, O extends ObjectSchema, M>(
  run: RowHandler<I, O, M>,
  row: RowOf<I>,
  context: HandlerContext<M>,
  index: number,
): Promise<RowInputOf<O> | undefined> {
  try {
    return await run(row, context, index)
  } catch (error) {
    const { code, message, stack } = toErrorData(error, 'HANDLER_ERROR')
    context.log.error(
      { err: { code, message, stack }, row: index, requestId: context.requestId(index) },
      'A row failed.',
    )
    context.reject(index, code, message)
    return undefined
  }
}

/** Rejected rows need some output that fits; where all were rejected nobody looks. */
function fillHoles<Row>(results: readonly (Row | undefined)[]): readonly Row[] {
  const filler = results.find((result) => result !== undefined)
  return filler === undefined ? [] : results.map((result) => result ?? filler)
}
