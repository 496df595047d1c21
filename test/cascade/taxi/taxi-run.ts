import { mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { type TripFiles, writeTrips } from '@redesmyn/examples/taxi/write-trips'
import polars from 'nodejs-polars'
import { CascadeProcess, type Ended } from '../cascade-process.ts'

/** The taxi flow of the examples, from its source. */
export const taxiFlow = fileURLToPath(new URL('../../../examples/taxi/flow.ts', import.meta.url))

/** The rows of an output, part after part. */
export interface Scores {
  readonly ids: Float64Array
  readonly scores: Float32Array
}

/** What a run says with `--json` of its one asset, as far as the tests read it. */
export interface Report {
  readonly outcome: string
  readonly parts: {
    readonly total: number
    readonly selected: number
    readonly committed: number
    readonly skipped: number
  }
  readonly rows: { readonly in: number; readonly out: number; readonly filtered: number; readonly rejected: number }
}

/** A folder of trips and of what runs make of them, removed when the test is over. */
export class TaxiFolder {
  readonly path = mkdtempSync(join(tmpdir(), 'redesmyn-taxi-'))
  readonly #format: TripFiles['format']

  constructor(files: Partial<TripFiles>) {
    this.#format = files.format ?? 'parquet'
    const usual = { rows: 1_000_000, fileRows: 250_000, groupRows: 50_000, seed: 1 }
    writeTrips({ ...usual, ...files, format: this.#format, folder: join(this.path, 'data') })
  }

  /** `cascade run` of the flow over these trips, with parts of 50,000 rows where no flag says otherwise. */
  start(output: string, flags: readonly string[] = []): CascadeProcess {
    return new CascadeProcess(['run', `${taxiFlow}#scored`, ...this.flags(output), ...flags, '--json'])
  }

  async run(output: string, flags: readonly string[] = []): Promise<Ended> {
    return await this.start(output, flags).ended
  }

  flags(output: string): readonly string[] {
    const input = join(this.path, 'data', `*.${this.#format}`)
    return ['--input', input, '--output', this.output(output), '--part-rows', '50000']
  }

  output(name: string): string {
    return join(this.path, name)
  }

  /** In the order of the parts, as their records tell. */
  read(output: string): Scores {
    const frames = this.files(output).map((path) => polars.readParquet(path))
    return {
      ids: Float64Array.from(frames.flatMap((frame) => frame.getColumn('trip_id').toArray().map(Number))),
      scores: Float32Array.from(frames.flatMap((frame) => frame.getColumn('score').toArray().map(Number))),
    }
  }

  files(output: string): readonly string[] {
    const folder = this.output(output)
    const commits = join(folder, '_cascade', 'commits')
    return readdirSync(commits)
      .filter((name) => name.endsWith('.json'))
      .toSorted()
      .flatMap((name) => {
        const { files }: { files: readonly { name: string }[] } = JSON.parse(readFileSync(join(commits, name), 'utf8'))
        return files.map((file) => join(folder, file.name))
      })
  }

  remove(): void {
    rmSync(this.path, { recursive: true })
  }
}

/**
 * The first row in which columns differ, or the end of the shorter one; -1 where they are equal. An assertion that looks
 * at each of a million values by itself takes seconds.
 */
export function firstDifference(one: ArrayLike<number>, other: ArrayLike<number>): number {
  const length = Math.min(one.length, other.length)
  for (let row = 0; row < length; row++) if (!Object.is(one[row], other[row])) return row
  return one.length === other.length ? -1 : length
}

/** Of a run with `--json` that ended well. */
export function reportOf({ code, stdout, stderr }: Ended): Report {
  if (code !== 0) throw new Error(`cascade run ended with ${code}: ${stderr}`)
  const { assets }: { assets: readonly [Report] } = JSON.parse(stdout)
  return assets[0]
}
