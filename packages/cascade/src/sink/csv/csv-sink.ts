import { delimiterByte } from '../../source/csv/csv-dialect.ts'
import type { SinkFormat } from '../sink-format.ts'
import { endingOf, openTarget } from '../text/output/open-target.ts'
import { TextWriter } from '../text/text-writer.ts'
import { compileCsvRows, csvHeader } from './put-csv.ts'

/**
 * CSV as RFC 4180 describes it, with a header and plain line feeds. Nulls are empty, empty texts are quoted, times are
 * ISO 8601, bytes base64, lists and structs JSON. `-` is the standard output.
 */
export const csvSink: SinkFormat = Object.freeze({
  name: 'csv',
  extension: (options) => `csv${endingOf(options)}`,
  async open(path, fields, options) {
    const { delimiter = ',' } = options
    delimiterByte(delimiter)
    const target = await openTarget(path, options)
    await target.write([Buffer.from(`${csvHeader(fields, delimiter)}\n`)])
    return new TextWriter(target, compileCsvRows(fields, delimiter))
  },
} satisfies SinkFormat)
