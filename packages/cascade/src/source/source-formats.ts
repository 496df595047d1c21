import { extname } from 'node:path'
import { PipelineError } from '@redesmyn/core'
import type { FormatName, SourceFormat } from './source-format.ts'

/** Loads what reads a format: each brings packages of its own. */
const loaders: Readonly<Record<FormatName, () => Promise<SourceFormat>>> = {
  parquet: async () => (await import('./parquet/parquet-source.ts')).parquetSource,
  arrow: async () => (await import('./arrow/arrow-source.ts')).arrowSource,
  csv: async () => (await import('./csv/csv-source.ts')).csvSource,
  ndjson: async () => (await import('./ndjson/ndjson-source.ts')).ndjsonSource,
}

/** What names of files end with, before what says how they are compressed. */
const formatsByExtension: Readonly<Record<string, FormatName>> = {
  '.parquet': 'parquet',
  '.pq': 'parquet',
  '.arrow': 'arrow',
  '.arrows': 'arrow',
  '.feather': 'arrow',
  '.ipc': 'arrow',
  '.csv': 'csv',
  '.tsv': 'csv',
  '.ndjson': 'ndjson',
  '.jsonl': 'ndjson',
}

const compressionExtensions = ['.gz', '.zst']

/** Throws CONFIG_INVALID for a format that nothing reads. */
export async function sourceFormatOf(name: FormatName): Promise<SourceFormat> {
  const load = loaders[name]
  if (load === undefined) throw new PipelineError('CONFIG_INVALID', `nothing reads the format "${name}"`)
  return await load()
}

/** By the file's name. Throws CONFIG_INVALID where that says nothing. */
export function formatOfFile(path: string): FormatName {
  const name = path.toLowerCase()
  const compression = compressionExtensions.find((extension) => name.endsWith(extension)) ?? ''
  const extension = extname(name.slice(0, name.length - compression.length))
  const format = Object.hasOwn(formatsByExtension, extension) ? formatsByExtension[extension] : undefined
  if (format !== undefined) return format
  const known = Object.keys(formatsByExtension).join(', ')
  throw new PipelineError('CONFIG_INVALID', `"${path}" does not say its format: expected one of ${known}`)
}
