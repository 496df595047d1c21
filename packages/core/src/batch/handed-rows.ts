import type { Ticket } from '../queue/ticket.ts'
import type { RecordBatch } from '../record-batch/record-batch.ts'
import type { BatchGroup } from './batch-group.ts'
import type { BatchRoom } from './formed-batch.ts'

/** Rows that an earlier stage has finished, on their way into the next one's batches. */
export interface HandedRows<R extends BatchRoom> {
  readonly group: BatchGroup
  /** Whose they are, in the order of the rows and without gaps. */
  readonly tickets: readonly Ticket[]
  /** The rows, to copy from. */
  readonly batch: RecordBatch
  /** Whether they may stand beside rows of other batches, at the price of a copy. */
  readonly joins: boolean
  /** Room that holds rows `from` to `to` (exclusive) where they lie. It is always to be had. */
  view(from: number, to: number): R
}

/** Rows that stay together in one batch. */
export interface HandedPiece {
  readonly start: number
  readonly rowCount: number
  readonly shares: readonly HandedShare[]
}

export interface HandedShare {
  readonly ticket: Ticket
  readonly rowCount: number
}

/** Cuts rows at the size of a batch: between requests, or inside one that alone exceeds it. */
export function cutHandedRows(tickets: readonly Ticket[], maxRows: number): readonly HandedPiece[] {
  const pieces: HandedPiece[] = []
  let start = 0
  let rowCount = 0
  let shares: HandedShare[] = []
  const cut = (): void => {
    if (rowCount === 0) return
    pieces.push({ start, rowCount, shares })
    start += rowCount
    rowCount = 0
    shares = []
  }
  for (const ticket of tickets) {
    let left = ticket.unplacedRows
    if (rowCount + left > maxRows) cut()
    while (left > 0) {
      const taken = Math.min(left, maxRows)
      shares.push({ ticket, rowCount: taken })
      rowCount += taken
      left -= taken
      if (left > 0) cut()
    }
  }
  cut()
  return pieces
}
