import type { Output } from '../commit/output.ts'

/** Where the parts of a run go: a folder that is committed to, or a stream. */
export type RunOutput = Pick<
  Output,
  | 'openParts'
  | 'skippedCount'
  | 'skippedRows'
  | 'committedCount'
  | 'rows'
  | 'commitTimes'
  | 'beginPart'
  | 'commit'
  | 'finish'
  | 'lost'
  | 'close'
>
