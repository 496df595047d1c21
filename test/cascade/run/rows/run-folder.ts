import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join, resolve } from 'node:path'
import { fileURLToPath } from 'node:url'
import { onTestFinished } from 'vitest'
import type { CommitRecord } from '../../../../packages/cascade/dist/run/commit/commit-record.js'
import type { Manifest } from '../../../../packages/cascade/dist/run/commit/manifest.js'
import type { RunReport } from '../../../../packages/cascade/dist/run/run-report.js'
import { CascadeProcess, type Ended } from '../../cascade-process.ts'

export type Row = Readonly<Record<string, unknown>>

const apps = fileURLToPath(new URL('apps', import.meta.url))

/** Lines of rows, and what the command makes of them with an app of this folder or another; removed when the test is over. */
export class RunFolder {
  readonly path = mkdtempSync(join(tmpdir(), 'run-'))
  readonly output = join(this.path, 'out')
  readonly #app: string
  readonly #started: CascadeProcess[] = []

  constructor(app: string) {
    this.#app = resolve(apps, app)
    onTestFinished(async () => {
      for (const run of this.#started) {
        run.kill('SIGKILL')
        await run.ended
      }
      rmSync(this.path, { recursive: true, force: true })
    })
  }

  /** An input file. */
  put(name: string, rows: readonly Row[]): void {
    writeFileSync(this.file(`${name}.ndjson`), rows.map((row) => `${JSON.stringify(row)}\n`).join(''))
  }

  /** The path of a file beside the input. */
  file(name: string): string {
    return join(this.path, name)
  }

  words(asset: string, ...flags: readonly string[]): readonly string[] {
    const input = ['--input', this.file('*.ndjson'), '--output', this.output]
    return ['run', `${this.#app}#${asset}`, ...input, '--batch-rows', '100', ...flags]
  }

  start(asset: string, flags: readonly string[] = [], env: Readonly<Record<string, string>> = {}): CascadeProcess {
    const run = new CascadeProcess(this.words(asset, ...flags), env)
    this.#started.push(run)
    return run
  }

  async run(asset: string, flags: readonly string[] = [], env: Readonly<Record<string, string>> = {}): Promise<Ended> {
    return await this.start(asset, flags, env).ended
  }

  /** In the order of the parts. */
  commits(): readonly CommitRecord[] {
    const folder = join(this.output, '_cascade/commits')
    const names = readdirSync(folder).filter((name) => name.endsWith('.json'))
    return names.toSorted().map((name): CommitRecord => JSON.parse(readFileSync(join(folder, name), 'utf8')))
  }

  manifest(): Manifest {
    return JSON.parse(readFileSync(join(this.output, 'manifest.json'), 'utf8'))
  }

  /** What was written as lines, in the order of the manifest. */
  rows(): readonly Row[] {
    return this.manifest().files.flatMap(({ name }) => linesIn(join(this.output, name)))
  }
}

/** Objects that were written a line each. */
export function linesIn(path: string): readonly Row[] {
  const lines = readFileSync(path, 'utf8').split('\n').slice(0, -1)
  return lines.map((line): Row => JSON.parse(line))
}

/** Of a run with `--json` that ended well. */
export function reportOf({ code, stdout, stderr }: Ended): RunReport & { readonly bottleneck: string | null } {
  if (code !== 0) throw new Error(`cascade run ended with ${code}: ${stderr}`)
  return JSON.parse(stdout).assets[0]
}

export function numbers(count: number, from = 0): readonly number[] {
  return Array.from({ length: count }, (_, index) => from + index)
}
