import { compileJsonWriter } from '@redesmyn/core'
import type { SinkFormat } from '../sink-format.ts'
import { endingOf, openTarget } from '../text/output/open-target.ts'
import { TextWriter } from '../text/text-writer.ts'

/** A JSON object a line, in the very text in which a server answers the row. `-` is the standard output. */
export const ndjsonSink: SinkFormat = Object.freeze({
  name: 'ndjson',
  extension: (options) => `ndjson${endingOf(options)}`,
  async open(path, fields, options) {
    const writer = compileJsonWriter(fields)
    return new TextWriter(await openTarget(path, options), (batch) => writer.bind(batch).object)
  },
} satisfies SinkFormat)
