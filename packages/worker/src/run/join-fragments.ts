import type { StageRooms } from '../pipeline/stage-rooms.ts'
import type { DoneRows, Fragment } from './fragment.ts'
import { gatherRows } from './gather-rows.ts'
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

/** Rows of a stage's output that go on. */
interface KeptRows {
  readonly fragment: DoneRows
  readonly from: number
  readonly to: number
}

function gather({ fragments, order, rejected, rooms, onCopied }: JoinParts, done: readonly DoneRows[]) {
  const found = done.flatMap((fragment) => keptRows(fragment, rejected))
  const kept = order === 'kept' ? found : byOrigin(found)
  if (kept.length === 0) return undefined
  const ranges = kept.map(({ fragment, from, to }) => ({ batch: fragment.source.batch, from, to }))
  const source = gatherRows(ranges, rooms)
  onCopied(fragments.some(({ rejects }) => rejects.length > 0) ? 'holes' : 'join', source.slab.writer.byteLength)
  return { source, origins: originsOfAll(kept, source.batch.rowCount) }
}

function keptRows(fragment: DoneRows, rejected: JoinParts['rejected']): readonly KeptRows[] {
  const kept: KeptRows[] = []
  let from = 0
  const close = (to: number): void => {
    if (to > from) kept.push({ fragment, from, to })
    from = to + 1
  }
  for (const row of lostRows(fragment, rejected)) close(row)
  close(fragment.source.batch.rowCount)
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

/** Rows that come from one row stay in their order. */
function byOrigin(kept: readonly KeptRows[]): readonly KeptRows[] {
  const rows = kept.flatMap(({ fragment, from, to }) => {
    return Array.from({ length: to - from }, (_, index) => ({
      fragment,
      from: from + index,
      to: from + index + 1,
      origin: originIn(fragment, from + index),
    }))
  })
  return rows.sort((one, other) => one.origin - other.origin)
}

function originsOfAll(kept: readonly KeptRows[], rowCount: number): Int32Array {
  const origins = new Int32Array(rowCount)
  let place = 0
  for (const { fragment, from, to } of kept) {
    for (let row = from; row < to; row++) origins[place++] = originIn(fragment, row)
  }
  return origins
}
