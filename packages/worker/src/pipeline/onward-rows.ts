import type { BatchPolicy, Ticket } from '@redesmyn/core'
import type { SlabSource } from '../memory/slab-source.ts'
import type { Handover } from './hand-on.ts'

/** Rows of the batch that is being delivered, for a stage behind. */
export interface OnwardShare {
  readonly next: HandoverTaker
  readonly ticket: Ticket
  /** First of the rows in the outcome. */
  readonly start: number
}

export interface HandoverTaker {
  /** Takes rows for which room was kept. */
  receive(handover: Handover): void
}

/** Where the rows come from. */
export interface OnwardOrigin {
  readonly source: SlabSource
  readonly isChecked: boolean
  readonly policy: BatchPolicy
}

/** Gathers the rows of one batch that go on, until all of the batch have been told, so that they travel together. */
export class OnwardRows {
  #shares: OnwardShare[] = []

  add(share: OnwardShare): void {
    this.#shares.push(share)
  }

  /** Sends them, nearly always all to one stage and in one group. */
  send(origin: () => OnwardOrigin): void {
    if (this.#shares.length === 0) return
    let rest: readonly OnwardShare[] = this.#shares
    this.#shares = []
    while (rest.length > 0) {
      const [first] = rest
      const shares = rest.filter((share) => isTogether(first, share))
      first.next.receive({ ...origin(), shares })
      rest = rest.filter((share) => !isTogether(first, share))
    }
  }
}

function isTogether(one: OnwardShare, other: OnwardShare): boolean {
  return one.next === other.next && one.ticket.waiter.group.key === other.ticket.waiter.group.key
}
