import type { PartRange } from '../source-format.ts'

/** The only part of what has no known length: it goes on as long as there are bytes. */
export const wholeRange: PartRange = Object.freeze({
  kind: 'bytes',
  start: 0,
  end: Number.MAX_SAFE_INTEGER,
  firstRow: undefined,
  rowCount: undefined,
})
