import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { existsSync, readdirSync, readFileSync, statSync } from 'node:fs'
import { mkdir, mkdtemp, symlink, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { text } from 'node:stream/consumers'
import { fileURLToPath } from 'node:url'
import type { Manifest } from '../../../../packages/cascade/dist/run/commit/manifest.js'

/** The command's own file. */
export const cascadeBin = fileURLToPath(new URL('../../../../packages/cascade/bin/cascade.js', import.meta.url))
const modules = fileURLToPath(new URL('../../../../node_modules', import.meta.url))

/** Twice each number; odd ones are rejected while BROKEN is set, and SLOW_MS is how long a batch takes. */
const flow = `
  import { asset, source } from '@redesmyn/cascade'
  import { pipe, stage } from '@redesmyn/core'
  import { Type } from 'typebox'
  const Row = Type.Object({ id: Type.Number() })
  const Doubled = Type.Object({ id: Type.Number(), twice: Type.Number() })
  const { BROKEN, SLOW_MS = '0', FLOW_VERSION = 'v1' } = process.env
  export const double = stage({
    name: 'double', input: Row, output: Doubled, threads: 1,
    async handler(batch, context) {
      await new Promise((resolve) => setTimeout(resolve, Number(SLOW_MS)))
      const ids = [...batch.column('id')]
      if (BROKEN) for (const [row, id] of ids.entries()) if (id % 2 === 1) context.reject(row, 'REQUEST_INVALID', 'odd')
      return { id: ids, twice: ids.map((id) => 2 * id) }
    },
  })
  export const rows = source({ name: 'rows', schema: Row, from: 'in/**/*.ndjson' })
  const common = { input: rows, pipeline: pipe(double), version: FLOW_VERSION, onReject: { maxRatio: 1 } }
  export const doubled = asset({ ...common, name: 'doubled', to: 'out/', format: 'ndjson' })
  export const packed = asset({ ...common, name: 'packed', to: 'packed/', format: 'parquet' })
`

export interface RunEnd {
  readonly code: number | null
  readonly stdout: string
  readonly stderr: string
}

/** A folder with a flow and its input, in which the command is given. */
export class FlowFolder {
  readonly path: string
  readonly out: string

  private constructor(path: string) {
    this.path = path
    this.out = join(path, 'out')
  }

  /** Files by their names, with the numbers in them. */
  static async create(input: Readonly<Record<string, readonly number[]>>): Promise<FlowFolder> {
    const folder = new FlowFolder(await mkdtemp(join(tmpdir(), 'flow-')))
    await symlink(modules, join(folder.path, 'node_modules'))
    await writeFile(join(folder.path, 'flow.ts'), flow)
    for (const [name, ids] of Object.entries(input)) await folder.put(name, ids.map(lineOf).join(''))
    return folder
  }

  async put(name: string, content: string): Promise<void> {
    await mkdir(dirname(join(this.path, 'in', name)), { recursive: true })
    await writeFile(join(this.path, 'in', name), content)
  }

  start(words: readonly string[], env: Readonly<Record<string, string>> = {}) {
    const child = spawn(process.execPath, [cascadeBin, ...words], {
      cwd: this.path,
      env: { PATH: process.env.PATH, ...env },
      stdio: ['ignore', 'pipe', 'pipe'],
    })
    return { child, ended: endOf(child) }
  }

  /** `cascade run flow.ts#doubled` with these flags. */
  async run(flags: readonly string[] = [], env: Readonly<Record<string, string>> = {}): Promise<RunEnd> {
    return await this.start(['run', 'flow.ts#doubled', ...flags], env).ended
  }

  async cascade(...words: readonly string[]): Promise<RunEnd> {
    return await this.start(words).ended
  }

  manifest(): Manifest {
    return JSON.parse(readFileSync(join(this.out, 'manifest.json'), 'utf8'))
  }

  /** What is in the files that the manifest names, in its order. */
  ids(): readonly number[] {
    return this.manifest().files.flatMap(({ name }) => idsIn(readFileSync(join(this.out, name), 'utf8')))
  }

  /** Records of parts, with when they were made. */
  commits(): Readonly<Record<string, number>> {
    const folder = join(this.out, '_cascade/commits')
    const names = existsSync(folder) ? readdirSync(folder).toSorted() : []
    return Object.fromEntries(names.map((name) => [name, statSync(join(folder, name)).mtimeMs]))
  }

  /** Every file and folder of the output, with when it was changed. */
  times(): readonly string[] {
    return ['.', ...readdirSync(this.out, { recursive: true, encoding: 'utf8' })]
      .toSorted()
      .map((name) => `${name} ${statSync(join(this.out, name)).mtimeMs}`)
  }
}

/** Of a hundred and two bytes, so that ten are a part of the smallest size. */
function lineOf(id: number): string {
  const head = `{"id":${id},"pad":"`
  return `${head}${'x'.repeat(99 - head.length)}"}\n`
}

function idsIn(content: string): readonly number[] {
  const lines = content.split('\n').slice(0, -1)
  return lines.map((line) => Number(/"id":(\d+)/.exec(line)?.[1]))
}

async function endOf(child: ChildProcess): Promise<RunEnd> {
  const { stdout, stderr } = child
  if (stdout === null || stderr === null) throw new Error('the process has no pipes')
  const [out, err] = await Promise.all([text(stdout), text(stderr), once(child, 'close')])
  return { code: child.exitCode, stdout: out, stderr: err }
}

export function numbers(count: number, from = 0): readonly number[] {
  return Array.from({ length: count }, (_, index) => from + index)
}
