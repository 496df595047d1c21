import type { StageRooms } from '../pipeline/stage-rooms.ts'
import type { DoneRows, Fragment } from './fragment.ts'
import { byOrigin, type OriginRows } from './by-origin.ts'
import { gatherPicks, gatherRanges } from './gather-rows.ts'
import { type Load, originOf } from './load.ts'

export interface JoinParts {
  readonly fragments: readonly Fragment[]
  /** Whether rows of later fragments may come before rows of earlier ones. */
  readonly order: 'kept' | 'mixed'
  /** Rows of the call that were rejected, here or before: nothing that comes from one of them goes on. */
  readonly rejected: { has(origin: number): boolean }
  readonly rooms: StageRooms
  readonly onCopied: (reason: 'holes' | 'join', bytes: number) => void
}

/**
 * What the next stage is given: what this one made of the rows where it lies, or without what was lost and in the order
 * of the rows, by one copy. Undefined where nothing is left.
 */
export function joinFragments(parts: JoinParts): Load | undefined {
  const { fragments } = parts
  const done = fragments.filter((fragment) => fragment.kind === 'done')
  const [first] = done
  if (first === undefined) return undefined
  if (fragments.length > 1 || first.rejects.length > 0) return gather(parts, done)
  const { source } = first
  return source.batch.rowCount === 0 ? undefined : { source, origins: originsOf(first) }
}

function originsOf({ load, parents, firstRow }: DoneRows): Load['origins'] {
  if (parents === undefined || (load.origins === undefined && firstRow === 0)) return parents ?? load.origins
  return parents.map((parent) => originOf(load, firstRow + parent))
}

function gather({ fragments, order, rejected, rooms, onCopied }: JoinParts, done: readonly DoneRows[]) {
  const kept = done.flatMap((fragment) => keptRows(fragment, rejected))
  if (kept.length === 0) return undefined
  const load = order === 'kept' ? oneBehindTheOther(kept, rooms) : inOrder(kept, rooms)
  const reason = fragments.some(({ rejects }) => rejects.length > 0) ? 'holes' : 'join'
  onCopied(reason, load.source.slab.writer.byteLength)
  return load
}

function oneBehindTheOther(kept: readonly OriginRows[], rooms: StageRooms): Load {
  const source = gatherRanges(kept, rooms)
  return { source, origins: originsOfAll(kept, source.batch.rowCount) }
}

function inOrder(kept: readonly OriginRows[], rooms: StageRooms): Load {
  const { batches, picks, origins } = byOrigin(kept)
  return { source: gatherPicks(batches, picks, rooms), origins }
}

function keptRows(fragment: DoneRows, rejected: JoinParts['rejected']): readonly OriginRows[] {
  const { batch } = fragment.source
  const kept: OriginRows[] = []
  let from = 0
  const close = (to: number): void => {
    if (to > from) kept.push({ batch, from, to, originOf: (row) => originIn(fragment, row) })
    from = to + 1
  }
  for (const row of lostRows(fragment, rejected)) close(row)
  close(batch.rowCount)
  return kept
}

/** In order. As long as each row of the call is here once at most, they are those that were rejected here. */
function lostRows(fragment: DoneRows, rejected: JoinParts['rejected']): readonly number[] {
  const { source, load, firstRow, parents, rejects } = fragment
  if (parents === undefined && load.origins === undefined) {
    return rejects.map(({ row }) => row - firstRow).sort((one, other) => one - other)
  }
  const lost: number[] = []
  for (let row = 0; row < source.batch.rowCount; row++) if (rejected.has(originIn(fragment, row))) lost.push(row)
  return lost
}

function originIn({ load, firstRow, parents }: DoneRows, row: number): number {
  return originOf(load, firstRow + (parents === undefined ? row : parents[row]))
}

function originsOfAll(kept: readonly OriginRows[], rowCount: number): Int32Array {
  const origins = new Int32Array(rowCount)
  let place = 0
  for (const { from, to, originOf: own } of kept) {
    for (let row = from; row < to; row++) origins[place++] = own(row)
  }
  return origins
}
