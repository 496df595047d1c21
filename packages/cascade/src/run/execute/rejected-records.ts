import type { RejectedRow } from '@redesmyn/worker'
import type { ReadBlock } from '../../source/source-format.ts'
import type { RejectedRecord } from '../write/write-messages.ts'

/** What of a block is not in the output, in the order of its rows: those the source refused, and those a stage did. */
export function rejectedRecords(
  block: ReadBlock,
  rejects: readonly RejectedRow[],
  source: string,
): readonly RejectedRecord[] {
  if (block.bad.length === 0 && rejects.length === 0) return []
  const refused = block.bad.map(({ row, code, message, text }) => ({ stage: source, code, message, row, record: text }))
  const goodRows = goodRowsOf(block)
  const failed = rejects.map(({ row, stage, code, message }) => {
    return { stage, code, message, row: goodRows(row), record: row }
  })
  return [...refused, ...failed].sort((one, other) => one.row - other.row)
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
