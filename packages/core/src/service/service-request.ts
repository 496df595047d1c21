import type { Batch } from '../handler/batch.ts'
import type { HandlerContext } from '../handler/handler-context.ts'
import type { Log } from '../handler/log.ts'
import type { ObjectSchema } from '../schema/object-schema.ts'
import type { RowOf } from '../schema/static.ts'

/** What a service is asked: the records of one batch, which several clients may have sent. */
export class ServiceRequest<U extends ObjectSchema, V extends ObjectSchema, M> {
  /** The same records as columns. */
  readonly batch: Batch<U, V>
  readonly context: HandlerContext<M>

  constructor(batch: Batch<U, V>, context: HandlerContext<M>) {
    this.batch = batch
    this.context = context
  }

  /** Built on demand and once. */
  get records(): readonly RowOf<U>[] {
    return this.batch.rows()
  }

  /** Values of the path's `{parameters}`. */
  get params(): Readonly<Record<string, string>> {
    return this.context.params
  }

  get model(): M {
    return this.context.model
  }

  get signal(): AbortSignal {
    return this.context.signal
  }

  get log(): Log {
    return this.context.log
  }
}
