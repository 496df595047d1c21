import type { RejectedRow } from '@redesmyn/worker'
import type { BadRow, ReadBlock } from '../../source/source-format.ts'
import type { RejectedRecord } from '../write/write-messages.ts'

/** Rows that the source refused. */
export function refusedRecords(bad: readonly BadRow[], source: string): readonly RejectedRecord[] {
  return bad.map(({ row, code, message, text }) => ({ stage: source, code, message, row, record: text }))
}

/** Rows of a block that a stage rejected. */
export function failedRecords(block: ReadBlock, rejects: readonly RejectedRow[]): readonly RejectedRecord[] {
  if (rejects.length === 0) return []
  const goodRows = goodRowsOf(block)
  return rejects.map(({ row, stage, code, message }) => ({ stage, code, message, row: goodRows(row), record: row }))
}

export function byRow(one: RejectedRecord, other: RejectedRecord): number {
  return one.row - other.row
}

/** From a row of the block's columns to the row of the part: the bad ones between are not among the columns. */
function goodRowsOf({ firstRow, bad }: ReadBlock): (row: number) => number {
  if (bad.length === 0) return (row) => firstRow + row
  const badRows = bad.map(({ row }) => row).sort((one, other) => one - other)
  return (row) => {
    let found = firstRow + row
    for (const badRow of badRows) {
      if (badRow > found) break
      found++
    }
    return found
  }
}
