import {
  assertPartition,
  BatchWriter,
  layoutBatch,
  type Mixed,
  onePartition,
  PickedRows,
  PipelineError,
  type RecordBatch,
  type Ticket,
  type Waiter,
} from '@redesmyn/core'
import { KeyedWaiter } from './keyed-waiter.ts'
import type { RowParting, RowParty } from './row-parting.ts'
import type { StagePort } from './stage-port.ts'

export interface KeyedStageParts {
  readonly stage: StagePort
  readonly parting: RowParting
  /** What becomes of requests whose rows are of several partitions. */
  readonly mixed: Mixed
}

/** Stands before a stage whose rows come apart: rows of a request that may not meet enter as requests of their own. */
export class KeyedStage implements StagePort {
  readonly #stage: StagePort
  readonly #parting: RowParting
  readonly #mixed: Mixed
  /** The other tickets of requests that were parted, by the one that the caller knows. */
  readonly #siblings = new WeakMap<Ticket, readonly Ticket[]>()

  constructor({ stage, parting, mixed }: KeyedStageParts) {
    this.#stage = stage
    this.#parting = parting
    this.#mixed = mixed
  }

  /** Throws PARTITION_MIXED as well, also where the request's own parameters name another partition. */
  submit(waiter: Waiter): Ticket {
    const parties = this.#partiesOf(waiter)
    const [party] = parties
    if (parties.length === 1) {
      return this.#stage.submit(new KeyedWaiter({ waiter, party, source: waiter.rows, onFail: ignore }))
    }
    return this.#submitParties(waiter, parties)
  }

  cancel(ticket: Ticket): void {
    for (const one of this.#siblings.get(ticket) ?? [ticket]) this.#stage.cancel(one)
  }

  #submitParties(waiter: Waiter, parties: readonly RowParty[]): Ticket {
    const tickets: Ticket[] = []
    const cancelAll = (): void => tickets.forEach((ticket) => this.#stage.cancel(ticket))
    try {
      for (const party of parties) {
        const source = new PickedRows(waiter.rows, party.rows)
        tickets.push(this.#stage.submit(new KeyedWaiter({ waiter, party, source, onFail: cancelAll })))
      }
    } catch (error) {
      cancelAll()
      throw error
    }
    this.#siblings.set(tickets[0], tickets)
    return tickets[0]
  }

  #partiesOf(waiter: Waiter): readonly RowParty[] {
    const rows = readRows(waiter)
    const partitions = this.#parting.partitions(rows)
    const { by } = this.#parting
    if (by !== undefined) {
      if (this.#mixed === 'refuse') onePartition(by, partitions)
      assertPartition(by, partitions, waiter.group.params)
    }
    return this.#parting.parties(rows, partitions)
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
