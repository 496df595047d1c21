import { mkdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { parseArgs } from 'node:util'
import { isMain } from '@redesmyn/worker'
import { drawTrips, type TripColumns } from './draw-trips.ts'
import { type Malformation, tripsToNdjson } from './trips-to-ndjson.ts'
import { tripsToParquet } from './trips-to-parquet.ts'

export interface TripFiles {
  /** Made where it is not there; files of the same names are replaced. */
  readonly folder: string
  readonly rows: number
  /** Rows of a file, but for the last. */
  readonly fileRows: number
  /** Rows of a Parquet row group, but for a file's last. */
  readonly groupRows: number
  readonly format: 'parquet' | 'ndjson'
  readonly seed: number
  /** Every so many trips one cannot have been. Default 0: none. */
  readonly impossibleEvery?: number
  /** NDJSON: every so many lines one is no trip. Default 0: none. */
  readonly malformedEvery?: number
  /** Default `lines`. */
  readonly malformed?: Malformation
}

/** Writes trips as `trips-0000.parquet` and so on. Returns the paths. */
export function writeTrips(files: TripFiles): readonly string[] {
  mkdirSync(files.folder, { recursive: true })
  const count = Math.ceil(files.rows / files.fileRows)
  return Array.from({ length: count }, (_, index) => {
    const path = join(files.folder, `trips-${String(index).padStart(4, '0')}.${files.format}`)
    const first = index * files.fileRows
    writeFileSync(path, '')
    writeFile(path, files, drawGroups(files, first, Math.min(files.rows, first + files.fileRows)))
    return path
  })
}

function writeFile(path: string, files: TripFiles, groups: Iterable<TripColumns>): void {
  const { format, malformedEvery = 0, malformed = 'lines' } = files
  if (format === 'parquet') {
    writeFileSync(path, tripsToParquet([...groups]))
    return
  }
  for (const trips of groups)
    writeFileSync(path, tripsToNdjson(trips, { every: malformedEvery, what: malformed }), { flag: 'a' })
}

function* drawGroups(files: TripFiles, first: number, end: number): Generator<TripColumns> {
  const { groupRows, seed, impossibleEvery = 0 } = files
  for (let from = first; from < end; from += groupRows) {
    yield drawTrips({ first: from, count: Math.min(groupRows, end - from), seed, impossibleEvery })
  }
}

function readFlags(words: readonly string[]): TripFiles {
  const text = { type: 'string' } as const
  const { values } = parseArgs({
    args: [...words],
    options: {
      to: text,
      rows: text,
      'file-rows': text,
      'group-rows': text,
      seed: text,
      format: text,
      'impossible-every': text,
      'malformed-every': text,
    },
  })
  return {
    folder: values.to ?? 'data',
    rows: Number(values.rows ?? 1_000_000),
    fileRows: Number(values['file-rows'] ?? 250_000),
    groupRows: Number(values['group-rows'] ?? 50_000),
    format: values.format === 'ndjson' ? 'ndjson' : 'parquet',
    seed: Number(values.seed ?? 1),
    impossibleEvery: Number(values['impossible-every'] ?? 0),
    malformedEvery: Number(values['malformed-every'] ?? 0),
  }
}

if (isMain(import.meta)) {
  const files = readFlags(process.argv.slice(2))
  const paths = writeTrips(files)
  console.log(`${files.rows} trips in ${paths.length} files in ${files.folder}`)
}
