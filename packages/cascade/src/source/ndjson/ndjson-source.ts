import type { SourceFormat } from '../source-format.ts'
import { splitText } from '../text/split-text.ts'
import { describeText } from '../text/text-facts.ts'
import { compilerOf } from '../text/schema-check.ts'
import { NdjsonPart } from './ndjson-part.ts'

/** A JSON object a line. Lines of nothing but spaces are no records; a byte order mark at the beginning is skipped. */
export const ndjsonSource: SourceFormat = Object.freeze({
  name: 'ndjson',
  describe: (path) => describeText(path),
  split: splitText,
  async *read(request) {
    const part = new NdjsonPart(request, await compilerOf(request))
    yield* part.blocks()
  },
} satisfies SourceFormat)
