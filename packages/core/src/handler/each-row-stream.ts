import type { EventSchema } from '../schema/event-schema.ts'
import type { ObjectSchema } from '../schema/object-schema.ts'
import type { RowOf } from '../schema/static.ts'
import { DerivedContext } from './derived-context.ts'
import type { EventSource } from './event-source.ts'
import type { HandlerContext, NoModel } from './handler-context.ts'
import { RowStreams } from './row-streams.ts'
import type { StreamEvent } from './stream-event.ts'
import type { StreamHandler } from './stream-handler.ts'

/** What `eachRowStream` calls for every row: most are `async function*`. */
export type RowStreamHandler<I extends ObjectSchema, E extends EventSchema, M> = (
  row: RowOf<I>,
  context: HandlerContext<M>,
  index: number,
) => EventSource<StreamEvent<E>>

/**
 * Makes a streaming handler of a generator over one row. The rows of a batch run side by side, each at the pace of its
 * own client; `context.signal` is the row's own. Rows fail one by one: with the error's own code where it is a
 * `PipelineError`, else with HANDLER_ERROR.
 */
export function eachRowStream<I extends ObjectSchema, E extends EventSchema, M = NoModel>(
  run: RowStreamHandler<I, E, M>,
): StreamHandler<I, E, M> {
  return (batch, context) => {
    return new RowStreams(
      batch.rows().map((row, index) => {
        const own = new DerivedContext(context, {
          // Asked for only by handlers that look at the signal.
          get signal() {
            return context.signalOf(index)
          },
        })
        return run(row, own, index)
      }),
    )
  }
}
