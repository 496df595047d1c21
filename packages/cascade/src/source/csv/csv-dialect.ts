import { PipelineError } from '@redesmyn/core'
import type { FormatOptions } from '../source-format.ts'

/** How a CSV file is written. */
export interface CsvDialect {
  /** One byte. */
  readonly delimiter: number
  readonly hasHeader: boolean
  /** Unquoted texts that mean null, beside an empty value. */
  readonly nullTexts: readonly string[]
}

const tabbedName = /\.tsv(?:\.gz|\.zst)?$/i

/** Where nothing is said, files that are named `.tsv` have tabs. Throws CONFIG_INVALID for a delimiter that is none. */
export function dialectOf(path: string, options: FormatOptions): CsvDialect {
  const { delimiter = tabbedName.test(path) ? '\t' : ',', header = true, nullTexts = [] } = options
  return Object.freeze({ delimiter: delimiterByte(delimiter), hasHeader: header, nullTexts })
}

/** Throws CONFIG_INVALID unless it is one ASCII character that stands for nothing else in CSV. */
export function delimiterByte(delimiter: string): number {
  if (/^[\t\x20-\x7e]$/.test(delimiter) && delimiter !== '"') return delimiter.charCodeAt(0)
  throw new PipelineError(
    'CONFIG_INVALID',
    `the delimiter of CSV must be one ASCII character other than a quote, got ${JSON.stringify(delimiter)}`,
  )
}
