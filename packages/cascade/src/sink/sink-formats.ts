import { PipelineError } from '@redesmyn/core'
import type { FormatName } from '../source/source-format.ts'
import type { SinkFormat } from './sink-format.ts'

/** Loads what writes a format: each brings packages of its own. */
const loaders: Readonly<Record<FormatName, () => Promise<SinkFormat>>> = {
  parquet: async () => (await import('./parquet/parquet-sink.ts')).parquetSink,
  arrow: async () => (await import('./arrow/arrow-sink.ts')).arrowSink,
  csv: async () => (await import('./csv/csv-sink.ts')).csvSink,
  ndjson: async () => (await import('./ndjson/ndjson-sink.ts')).ndjsonSink,
}

/** Throws CONFIG_INVALID for a format that nothing writes. */
export async function sinkFormatOf(name: FormatName): Promise<SinkFormat> {
  const load = loaders[name]
  if (load === undefined) throw new PipelineError('CONFIG_INVALID', `nothing writes the format "${name}"`)
  return await load()
}
