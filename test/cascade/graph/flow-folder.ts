import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { existsSync, readdirSync, readFileSync } from 'node:fs'
import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises'
import { dirname, join } from 'node:path'
import { text } from 'node:stream/consumers'
import { fileURLToPath } from 'node:url'

const cascade = fileURLToPath(new URL('../bin/cascade.js', import.meta.resolve('@redesmyn/cascade')))
const built = fileURLToPath(new URL('../../dist', import.meta.url))

export interface CommandEnd {
  readonly code: number | null
  readonly stdout: string
  readonly stderr: string
}

/** A folder with a `flow.ts` and its data, in which commands run in processes of their own. */
export class FlowFolder {
  readonly path: string

  private constructor(path: string) {
    this.path = path
  }

  /** Inside the repository, so that its packages are found as in a project of a user. */
  static async open(files: Readonly<Record<string, string>>): Promise<FlowFolder> {
    await mkdir(built, { recursive: true })
    const folder = new FlowFolder(await mkdtemp(join(built, 'flow-')))
    for (const [name, content] of Object.entries(files)) await folder.write(name, content)
    return folder
  }

  async write(name: string, content: string): Promise<void> {
    await mkdir(dirname(join(this.path, name)), { recursive: true })
    await writeFile(join(this.path, name), content)
  }

  async remove(): Promise<void> {
    await rm(this.path, { recursive: true })
  }

  async run(...words: readonly string[]): Promise<CommandEnd> {
    const child = spawn(process.execPath, [cascade, ...words], { cwd: this.path, stdio: ['ignore', 'pipe', 'pipe'] })
    const [stdout, stderr] = await Promise.all([text(child.stdout), text(child.stderr), once(child, 'close')])
    return { code: child.exitCode, stdout, stderr }
  }

  /** The rows of an asset that is kept as NDJSON; undefined where it is not complete. */
  rowsOf(folder: string): readonly unknown[] | undefined {
    const path = join(this.path, folder)
    if (!existsSync(join(path, '_SUCCESS'))) return undefined
    const names = readdirSync(path).filter((name) => name.endsWith('.ndjson'))
    const lines = names.flatMap((name) => readFileSync(join(path, name), 'utf8').split('\n'))
    return lines.filter((line) => line !== '').map((line): unknown => JSON.parse(line))
  }

  /** Names of the files of a complete asset: other ones after it was made again. */
  filesOf(folder: string): readonly string[] {
    return readdirSync(join(this.path, folder)).toSorted()
  }

  readLines(name: string): readonly ReturnType<typeof JSON.parse>[] {
    const lines = readFileSync(join(this.path, name), 'utf8').split('\n')
    return lines.filter((line) => line !== '').map((line): unknown => JSON.parse(line))
  }
}
