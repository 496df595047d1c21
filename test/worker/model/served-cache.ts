import { mkdir, mkdtemp, readFile, rename, rm, utimes, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { TestedKind } from '../http/front-end/allowed-differences.ts'
import { type Answered, ServedApp } from '../http/serving/served-app.ts'

/** An app of test/apps behind real sockets, with stores of its own. Once in a process: the app reads where they are. */
export class ServedCache {
  readonly folder: string
  #app: ServedApp | undefined

  private constructor(folder: string) {
    this.folder = folder
  }

  static async create(): Promise<ServedCache> {
    const folder = await mkdtemp(join(tmpdir(), 'cached-'))
    await writeFile(join(folder, 'events.txt'), '')
    process.env.TEST_CACHED = folder
    return new ServedCache(folder)
  }

  get app(): ServedApp {
    if (this.#app === undefined) throw new Error('the server was not started')
    return this.#app
  }

  async start(app: string, kind: TestedKind = 'uws'): Promise<ServedApp> {
    this.#app = await ServedApp.start(kind, app)
    return this.#app
  }

  /** Whole at once, as a careful deployment would do it. */
  async put(store: string, name: string, text: string, modifiedAtSeconds?: number): Promise<void> {
    const path = join(this.folder, store, name)
    await mkdir(join(this.folder, store), { recursive: true })
    await writeFile(`${path}.new`, text)
    if (modifiedAtSeconds !== undefined) await utimes(`${path}.new`, modifiedAtSeconds, modifiedAtSeconds)
    await rename(`${path}.new`, path)
  }

  async ask(path: string, waitMs = 0): Promise<Answered> {
    return await this.app.post(path, { waitMs })
  }

  /** What loaders and handlers did so far, in order, of lines that begin so. */
  async events(start: string): Promise<readonly string[]> {
    const lines = (await readFile(join(this.folder, 'events.txt'), 'utf8')).split('\n')
    return lines.filter((line) => line.startsWith(start))
  }

  async stop(): Promise<void> {
    await this.#app?.stop()
    await rm(this.folder, { recursive: true })
  }
}
