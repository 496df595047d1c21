import type { StageRooms } from '../pipeline/stage-rooms.ts'
import type { DoneRows, Fragment } from './fragment.ts'
import { gatherRows, type RowRange } from './gather-rows.ts'
import { type Load, originOf } from './load.ts'

export interface JoinParts {
  /** What the stage was given. */
  readonly load: Load
  readonly fragments: readonly Fragment[]
  /** Rows of the call that were rejected, here or before. */
  readonly rejected: { readonly size: number; has(origin: number): boolean }
  readonly rooms: StageRooms
}

/** What the next stage is given: what the stage made of the rows where it lies, or without what was lost, by one copy. */
export function joinFragments(parts: JoinParts): Load {
  const { load, fragments } = parts
  const done = fragments.filter((fragment) => fragment.kind === 'done')
  const [first] = done
  if (fragments.length === 1 && first !== undefined && first.rejects.length === 0) {
    return { source: first.source, origins: load.origins }
  }
  return gather(parts, done)
}

function gather({ load, rejected, rooms }: JoinParts, done: readonly DoneRows[]): Load {
  const ranges: RowRange[] = []
  const origins: number[] = []
  for (const { source, firstRow } of done) {
    const { batch } = source
    let from = 0
    const close = (to: number): void => {
      if (to > from) ranges.push({ batch, from, to })
      from = to + 1
    }
    for (let row = 0; row < batch.rowCount; row++) {
      const origin = originOf(load, firstRow + row)
      if (rejected.has(origin)) close(row)
      else origins.push(origin)
    }
    close(batch.rowCount)
  }
  if (ranges.length === 0) return { source: { ...load.source, batch: load.source.batch.slice(0, 0) }, origins: noRows }
  return { source: gatherRows(ranges, rooms), origins: Int32Array.from(origins) }
}

const noRows = new Int32Array(0)
