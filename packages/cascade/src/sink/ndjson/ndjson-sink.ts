import type { SinkFormat } from '../sink-format.ts'
import { endingOf, openTarget } from '../text/output/open-target.ts'
import { TextWriter } from '../text/text-writer.ts'
import { compileJsonRows } from './put-json.ts'

/** A JSON object a line, in the very text in which a server answers the row. `-` is the standard output. */
export const ndjsonSink: SinkFormat = Object.freeze({
  name: 'ndjson',
  extension: (options) => `ndjson${endingOf(options)}`,
  async open(path, fields, options) {
    return new TextWriter(await openTarget(path, options), compileJsonRows(fields))
  },
} satisfies SinkFormat)
