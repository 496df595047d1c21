import type { SourceFormat } from '../source-format.ts'
import { compilerOf } from '../text/schema-check.ts'
import { splitText } from '../text/split-text.ts'
import { describeText } from '../text/text-facts.ts'
import { dialectOf } from './csv-dialect.ts'
import { readCsvPart } from './csv-part.ts'

/**
 * CSV as RFC 4180 describes it, also with another delimiter and with plain line feeds. An empty value is null; lists
 * and structs are JSON, bytes are base64, and times are ISO 8601 or milliseconds.
 */
export const csvSource: SourceFormat = Object.freeze({
  name: 'csv',
  async describe(path, options) {
    dialectOf(path, options)
    return await describeText(path)
  },
  split: splitText,
  async *read(request) {
    yield* readCsvPart(request, await compilerOf(request))
  },
} satisfies SourceFormat)
