import {
  type BatchKey,
  BatchWriter,
  layoutBatch,
  PickedRows,
  PipelineError,
  type RecordBatch,
  rowsByKey,
  type Ticket,
  type Waiter,
} from '@redesmyn/core'
import { KeyedWaiter } from './keyed-waiter.ts'
import type { StagePort } from './stage-port.ts'

/** Stands before a stage whose batches have keys: rows of a request that may not meet enter as requests of their own. */
export class KeyedStage implements StagePort {
  readonly #stage: StagePort
  readonly #keyOf: BatchKey
  /** The other tickets of requests that were parted, by the one that the caller knows. */
  readonly #siblings = new WeakMap<Ticket, readonly Ticket[]>()

  constructor(stage: StagePort, keyOf: BatchKey) {
    this.#stage = stage
    this.#keyOf = keyOf
  }

  submit(waiter: Waiter): Ticket {
    const keys = [...this.#keysOf(waiter)]
    const [[onlyKey, rows]] = keys
    if (keys.length === 1) {
      return this.#stage.submit(new KeyedWaiter({ waiter, bucket: onlyKey, rows, source: waiter.rows, onFail: ignore }))
    }
    return this.#submitParts(waiter, keys)
  }

  cancel(ticket: Ticket): void {
    for (const one of this.#siblings.get(ticket) ?? [ticket]) this.#stage.cancel(one)
  }

  #submitParts(waiter: Waiter, keys: readonly (readonly [string, readonly number[]])[]): Ticket {
    const tickets: Ticket[] = []
    const cancelAll = (): void => tickets.forEach((ticket) => this.#stage.cancel(ticket))
    try {
      for (const [key, rows] of keys) {
        const source = new PickedRows(waiter.rows, rows)
        tickets.push(this.#stage.submit(new KeyedWaiter({ waiter, bucket: key, rows, source, onFail: cancelAll })))
      }
    } catch (error) {
      cancelAll()
      throw error
    }
    this.#siblings.set(tickets[0], tickets)
    return tickets[0]
  }

  #keysOf(waiter: Waiter): ReadonlyMap<string, readonly number[]> {
    try {
      return rowsByKey(readRows(waiter), this.#keyOf)
    } catch (cause) {
      if (cause instanceof PipelineError) throw cause
      throw new PipelineError('HANDLER_ERROR', 'the key of a batch could not be made', { cause })
    }
  }
}

/** The rows as columns: what a handler would see of them. */
function readRows({ rows, group }: Waiter): RecordBatch {
  const { rowCount } = rows
  const layout = layoutBatch(group.fields, rows.measure(0, rowCount))
  const writer = new BatchWriter(layout, new ArrayBuffer(layout.byteLength))
  if (rows.writeTo(writer, 0, rowCount)) return writer.batch()
  throw new PipelineError('INTERNAL', `${rowCount} rows do not fit the room that was measured for them`)
}

function ignore(): void {}
