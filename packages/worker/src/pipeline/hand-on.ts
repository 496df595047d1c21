import {
  assignFields,
  BatchRows,
  type BatchPolicy,
  type Field,
  type HandedRows,
  projectLayout,
  RecordBatch,
  type Ticket,
} from '@redesmyn/core'
import type { Slab } from '../memory/slab.ts'
import type { SlabSource } from '../memory/slab-source.ts'
import type { StageRooms } from './stage-rooms.ts'

/** Rows of a finished batch for one of the stages behind it. */
export interface Handover {
  readonly source: SlabSource
  /** Whether the columns were checked against a schema when they were written. */
  readonly isChecked: boolean
  /** The policy of the stage that the rows come from. */
  readonly policy: BatchPolicy
  /** In the order of the rows, all of one group. */
  readonly shares: readonly { readonly ticket: Ticket; readonly start: number }[]
}

export interface HandoverTarget {
  readonly rooms: StageRooms
  readonly policy: BatchPolicy
  readonly onCopied: (reason: 'holes' | 'widen', bytes: number) => void
}

/** Rows on their way into a batcher, and the slab that was made for them where they had to be copied. */
export interface Handed {
  readonly rows: HandedRows<Slab>
  readonly copy: Slab | undefined
}

/**
 * Prepares rows for the batches of the next stage: where they lie, if they lie there without gaps and as columns it
 * can read, else by one copy. Throws SCHEMA_MISMATCH or RECORD_INVALID for columns that no schema has checked.
 */
export function handRows(handover: Handover, target: HandoverTarget): Handed {
  const [{ ticket }] = handover.shares
  const { group } = ticket.waiter
  const inPlace = findInPlace(handover, group.fields)
  const source = inPlace ?? copyRows(handover, group.fields, target)
  return {
    copy: inPlace === undefined ? source.slab : undefined,
    rows: {
      group,
      tickets: handover.shares.map((share) => share.ticket),
      batch: source.batch,
      joins: !isSamePolicy(handover.policy, target.policy),
      view: (from, to) => target.rooms.openView(slice(source, from, to)),
    },
  }
}

function findInPlace({ source, isChecked, shares }: Handover, fields: readonly Field[]): SlabSource | undefined {
  const [{ start }] = shares
  let end = start
  for (const share of shares) {
    if (share.start !== end) return undefined
    end += share.ticket.waiter.rows.rowCount
  }
  const layout = isChecked ? projectLayout(source.batch.layout, fields) : undefined
  if (layout === undefined) return undefined
  const { buffer, rowCount } = source.batch
  return slice({ ...source, batch: new RecordBatch(layout, buffer, rowCount) }, start, end)
}

function copyRows({ source, shares }: Handover, fields: readonly Field[], target: HandoverTarget): SlabSource {
  const batch = assignFields(source.batch, fields)
  const rowCount = shares.reduce((sum, { ticket }) => sum + ticket.waiter.rows.rowCount, 0)
  const capacity = new BatchRows(batch).measure(0, batch.rowCount)
  const slab = target.rooms.openAnyway(fields, { ...capacity, rows: rowCount })
  for (const { ticket, start } of shares) slab.writer.appendRows(batch, start, start + ticket.waiter.rows.rowCount)
  target.onCopied(rowCount < batch.rowCount ? 'holes' : 'widen', slab.writer.byteLength)
  return { batch: slab.input(rowCount), place: { kind: 'input', slab }, firstRow: 0, slab }
}

function slice(source: SlabSource, from: number, to: number): SlabSource {
  const { batch, firstRow } = source
  if (from === 0 && to === batch.rowCount) return source
  return { ...source, batch: batch.slice(from, to), firstRow: firstRow + from }
}

/** Batches of equal policies are left as they are: what one stage takes at once, the next one may too. */
function isSamePolicy(one: BatchPolicy, other: BatchPolicy): boolean {
  return (
    one.maxRows === other.maxRows &&
    one.minRows === other.minRows &&
    one.maxDelayMs === other.maxDelayMs &&
    one.maxBytes === other.maxBytes &&
    one.split === other.split
  )
}
