import { streamFacts } from '../input/stream-facts.ts'
import { wholeRange } from '../input/whole-range.ts'
import type { SourceFormat } from '../source-format.ts'
import { splitGroups } from '../split-groups.ts'
import { describeArrowFile, readArrowFile } from './arrow-file.ts'
import { readArrowStream } from './arrow-stream.ts'

/** Reads Arrow IPC: files in either format by their record batches, and streams through a pipe as they come. */
export const arrowSource: SourceFormat = Object.freeze({
  name: 'arrow',
  describe: async (path) => (await streamFacts(path)) ?? (await describeArrowFile(path)),
  split: ({ groups }, limits) => (groups === undefined ? [wholeRange] : splitGroups(groups, limits)),
  read: (request) => (request.range.kind === 'bytes' ? readArrowStream(request) : readArrowFile(request)),
} satisfies SourceFormat)
