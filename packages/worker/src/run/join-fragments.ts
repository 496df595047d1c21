import type { StageRooms } from '../pipeline/stage-rooms.ts'
import type { DoneRows, Fragment } from './fragment.ts'
import { gatherRows, type RowRange } from './gather-rows.ts'
import { type Load, originOf } from './load.ts'

export interface JoinParts {
  /** What the stage was given. */
  readonly load: Load
  readonly fragments: readonly Fragment[]
  /** Rows of the call that were rejected, here or before: nothing that comes from one of them goes on. */
  readonly rejected: { has(origin: number): boolean }
  readonly rooms: StageRooms
  readonly onCopied: (reason: 'holes' | 'join', bytes: number) => void
}

/**
 * What the next stage is given: what this one made of the rows where it lies, or without what was lost, by one copy.
 * Undefined where nothing is left.
 */
export function joinFragments(parts: JoinParts): Load | undefined {
  const { load, fragments } = parts
  const done = fragments.filter((fragment) => fragment.kind === 'done')
  const [first] = done
  if (first === undefined) return undefined
  if (fragments.length > 1 || first.rejects.length > 0) return gather(parts, done)
  const { source } = first
  return source.batch.rowCount === 0 ? undefined : { source, origins: originsOf(load, first) }
}

function originsOf(load: Load, { parents, firstRow }: DoneRows): Load['origins'] {
  if (parents === undefined || (load.origins === undefined && firstRow === 0)) return parents ?? load.origins
  return parents.map((parent) => originOf(load, firstRow + parent))
}

function gather(
  { load, fragments, rejected, rooms, onCopied }: JoinParts,
  done: readonly DoneRows[],
): Load | undefined {
  const ranges: RowRange[] = []
  const origins: number[] = []
  for (const { source, firstRow, parents } of done) {
    const { batch } = source
    let from = 0
    const close = (to: number): void => {
      if (to > from) ranges.push({ batch, from, to })
      from = to + 1
    }
    for (let row = 0; row < batch.rowCount; row++) {
      const origin = originOf(load, firstRow + (parents === undefined ? row : parents[row]))
      if (rejected.has(origin)) close(row)
      else origins.push(origin)
    }
    close(batch.rowCount)
  }
  if (ranges.length === 0) return undefined
  const source = gatherRows(ranges, rooms)
  onCopied(fragments.some(({ rejects }) => rejects.length > 0) ? 'holes' : 'join', source.slab.writer.byteLength)
  return { source, origins: Int32Array.from(origins) }
}
