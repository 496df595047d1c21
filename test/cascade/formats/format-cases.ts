import type { WriteOptions } from '../../../packages/cascade/dist/sink/sink-format.js'
import type { FormatName } from '../../../packages/cascade/dist/source/source-format.js'

/** A format as the conformance suite runs it. */
export interface FormatCase {
  readonly name: string
  readonly format: FormatName
  readonly extension: string
  readonly options: WriteOptions
  /** Lists and structs, and bytes as such. */
  readonly hasNesting: boolean
  readonly hasBinary: boolean
  /** Rows lie in groups, and the file says at its end, or before each, how long they are. */
  readonly hasGroups: boolean
}

const columnar = { options: {}, hasNesting: true, hasBinary: true, hasGroups: true } as const

const text = { options: {}, hasNesting: true, hasBinary: true, hasGroups: false } as const

/** A line for each source and sink. */
export const formatCases: readonly FormatCase[] = [
  { ...columnar, name: 'Parquet', format: 'parquet', extension: 'parquet' },
  { ...columnar, name: 'an Arrow file', format: 'arrow', extension: 'arrow' },
  { ...columnar, name: 'an Arrow stream', format: 'arrow', extension: 'arrows', options: { form: 'stream' } },
  { ...text, name: 'NDJSON', format: 'ndjson', extension: 'ndjson' },
  { ...text, name: 'NDJSON with gzip', format: 'ndjson', extension: 'ndjson.gz', options: { compression: 'gzip' } },
  { ...text, name: 'CSV', format: 'csv', extension: 'csv' },
  { ...text, name: 'CSV with zstd', format: 'csv', extension: 'csv.zst', options: { compression: 'zstd' } },
]
