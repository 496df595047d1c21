import { createHash } from 'node:crypto'
import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { Manifest } from '../../../packages/cascade/dist/run/commit/manifest.js'
import type { RunReport } from '../../../packages/cascade/dist/run/run-report.js'
import { CascadeProcess } from '../cascade-process.ts'
import { linesIn, type Row } from '../run/rows/run-folder.ts'
import { crossingApp, type OpenPlace } from './placements.ts'

/** The three formats that the crossing flow writes, by the names of its assets. */
export const assetNames = ['lines', 'packed', 'arrow'] as const

type AssetName = (typeof assetNames)[number]

/** Input of the crossing flow, and what runs of it make. */
export class CrossingFolder {
  readonly path = mkdtempSync(join(tmpdir(), 'crossing-'))

  put(lines: readonly string[]): void {
    writeFileSync(this.file('rows.ndjson'), lines.map((line) => `${line}\n`).join(''))
  }

  file(name: string): string {
    return join(this.path, name)
  }

  remove(): void {
    rmSync(this.path, { recursive: true, force: true })
  }

  /** Makes all assets. Throws where the run does not end well. */
  async run(
    name: string,
    place: Pick<OpenPlace, 'flags' | 'env'>,
    flags: readonly string[] = [],
  ): Promise<CrossingRun> {
    const words = ['run', crossingApp('crossing.ts'), '--input', this.file('*.ndjson'), ...place.flags, ...flags]
    const run = new CascadeProcess([...words, '--json'], {
      TOLD: this.file(`${name}.told`),
      OUT: this.file(name),
      ...place.env,
    })
    const { code, stdout, stderr } = await run.ended
    if (code !== 0) throw new Error(`cascade run ended with ${code}: ${stderr}`)
    const { assets }: { readonly assets: readonly RunReport[] } = JSON.parse(stdout)
    return new CrossingRun(this.file(name), assets, run.pid)
  }
}

export class CrossingRun {
  readonly #output: string
  readonly reports: readonly RunReport[]
  readonly pid: number

  constructor(output: string, reports: readonly RunReport[], pid: number) {
    this.#output = output
    this.reports = reports
    this.pid = pid
  }

  /** What handlers have said in the run's own process. */
  told(): readonly Row[] {
    return linesIn(`${this.#output}.told`)
  }

  /** Whether any stage ran in the run's own process. */
  hasTold(): boolean {
    return existsSync(`${this.#output}.told`)
  }

  /** Of the bytes that were made, by asset. */
  sums(): Readonly<Record<AssetName, string>> {
    return {
      lines: this.#sumOf('lines'),
      packed: this.#sumOf('packed'),
      arrow: this.#sumOf('arrow'),
    }
  }

  /** What was written as lines. */
  rows(): readonly Row[] {
    return this.#files('lines').flatMap(linesIn)
  }

  rejects(asset: AssetName = 'lines'): readonly Row[] {
    const { rejectsFolder, rejectFiles } = this.#manifest(asset)
    return rejectFiles.flatMap(({ name }) => linesIn(join(this.folder(asset), rejectsFolder, name)))
  }

  folder(asset: AssetName): string {
    return join(this.#output, asset)
  }

  #sumOf(asset: AssetName): string {
    const hash = createHash('sha256')
    for (const path of this.#files(asset)) hash.update(readFileSync(path))
    return hash.digest('hex')
  }

  /** In the order of the parts. */
  #files(asset: AssetName): readonly string[] {
    return this.#manifest(asset).files.map(({ name }) => join(this.folder(asset), name))
  }

  #manifest(asset: AssetName): Manifest {
    return JSON.parse(readFileSync(join(this.folder(asset), 'manifest.json'), 'utf8'))
  }
}
