import type { FileFacts, PartLimits, PartRange } from './source-format.ts'

type Group = NonNullable<FileFacts['groups']>[number]
type GroupRange = Extract<PartRange, { kind: 'groups' }>

/**
 * Neighbouring row groups, as many as the limits allow and one at least. A group of twice `partRows` and more is cut
 * into pieces of equal size: each piece reads the pages of the whole group, so one that is a little too large stays
 * whole. A file without rows is one part without rows.
 */
export function splitGroups(groups: readonly Group[], { partRows, partBytes }: PartLimits): readonly GroupRange[] {
  const parts: GroupRange[] = []
  let open: { from: number; firstRow: number; rowCount: number; byteLength: number } | undefined
  let row = 0

  const close = (to: number): void => {
    if (open === undefined) return
    parts.push({ kind: 'groups', from: open.from, to, firstRow: open.firstRow, rowCount: open.rowCount })
    open = undefined
  }

  groups.forEach(({ rowCount, byteLength }, index) => {
    const isFull = open && (open.rowCount + rowCount > partRows || open.byteLength + byteLength > partBytes)
    const pieces = Math.floor(rowCount / partRows)
    if (isFull || pieces >= 2) close(index)
    if (pieces >= 2) parts.push(...cutGroup(index, { firstRow: row, rowCount }, pieces))
    else {
      open ??= { from: index, firstRow: row, rowCount: 0, byteLength: 0 }
      open.rowCount += rowCount
      open.byteLength += byteLength
    }
    row += rowCount
  })
  close(groups.length)
  return parts.length > 0 ? parts : [{ kind: 'groups', from: 0, to: 0, firstRow: 0, rowCount: 0 }]
}

function cutGroup(
  index: number,
  { firstRow, rowCount }: { readonly firstRow: number; readonly rowCount: number },
  pieces: number,
): GroupRange[] {
  const pieceRows = Math.ceil(rowCount / pieces)
  return Array.from({ length: pieces }, (_, piece) => ({
    kind: 'groups' as const,
    from: index,
    to: index + 1,
    firstRow: firstRow + piece * pieceRows,
    rowCount: Math.min(pieceRows, rowCount - piece * pieceRows),
  })).filter((part) => part.rowCount > 0)
}
