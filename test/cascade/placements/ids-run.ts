import { mkdirSync, mkdtempSync, readFileSync, rmSync, watch, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { judgeWhole } from '../../fault/run/judge-output.ts'
import { countCommits, type OutputState, readOutput } from '../../fault/run/read-output.ts'
import { appPath, CascadeProcess, type Ended } from '../cascade-process.ts'

export interface Call {
  readonly key: string
  readonly attempt: number
  readonly rowCount: number
  readonly pid: number
}

export interface StartOptions {
  readonly env?: Readonly<Record<string, string>>
  /** Words before the command. */
  readonly enter?: readonly string[]
}

/** The flow itself, where a test names it in a command. */
export const idsFlow = appPath('ids-flow.ts')
const partRows = 1000
const partCount = 20
const rowCount = partCount * partRows

/** A flow over 20,000 ids in twenty parts and 400 calls, the processes that work on it, and what came of it. */
export class IdsRun {
  readonly path = mkdtempSync(join(tmpdir(), 'ids-'))
  readonly #started: CascadeProcess[] = []

  constructor() {
    mkdirSync(join(this.path, 'in'))
    for (let part = 0; part < partCount; part++) {
      const lines = Array.from({ length: partRows }, (_, row) => `${JSON.stringify({ id: part * partRows + row })}\n`)
      writeFileSync(join(this.path, `in/${String(part).padStart(2, '0')}.ndjson`), lines.join(''))
    }
    writeFileSync(join(this.path, 'calls'), '')
    this.pace(0)
  }

  /** How long a call takes from now on, in milliseconds; on `hold` none ends. */
  pace(pace: number | 'hold'): void {
    writeFileSync(join(this.path, 'pace'), String(pace))
  }

  get calls(): readonly Call[] {
    const lines = readFileSync(join(this.path, 'calls'), 'utf8').split('\n').slice(0, -1)
    return lines.map((line) => {
      const [key = '', attempt, rows, pid] = line.split(' ')
      return { key, attempt: Number(attempt), rowCount: Number(rows), pid: Number(pid) }
    })
  }

  /** Resolves when so many calls were begun, or those that a test looks for. */
  async called(enough: number | ((calls: readonly Call[]) => boolean)): Promise<void> {
    const isEnough = typeof enough === 'number' ? (calls: readonly Call[]) => calls.length >= enough : enough
    const watcher = watch(join(this.path, 'calls'))
    try {
      while (!isEnough(this.calls)) await new Promise((resolve) => watcher.once('change', resolve))
    } finally {
      watcher.close()
    }
  }

  /** Any command on the flow, or on another version of it. */
  start(words: readonly string[], { env = {}, enter = [] }: StartOptions = {}): CascadeProcess {
    const started = new CascadeProcess(words, { IDS_FOLDER: this.path, ...env }, enter)
    this.#started.push(started)
    return started
  }

  /** `cascade serve` with one stage; resolves when it listens. */
  async serve(
    stage: string,
    listen: string,
    { flags = [], from = idsFlow, ...options }: StartOptions & { flags?: readonly string[]; from?: string } = {},
  ): Promise<{ readonly process: CascadeProcess; readonly url: string }> {
    const process = this.start(['serve', from, '--stage', stage, '--listen', listen, ...flags], options)
    return { process, url: await process.url() }
  }

  /** `cascade run` of an asset of the flow. */
  run(asset: string, flags: readonly string[], options?: StartOptions): CascadeProcess {
    return this.start(['run', `${idsFlow}#${asset}`, '--progress=none', ...flags], options)
  }

  commits(asset: string): number {
    return countCommits(join(this.path, asset))
  }

  /** What is wrong with the output beside that of the undisturbed run, and with its ids. */
  wrongsOf(asset: string, expected: OutputState): readonly string[] {
    const wrongs = judgeWhole(readOutput(join(this.path, asset)), expected)
    const given = this.idsOf(asset)
    if (given.length !== rowCount) return [...wrongs, `there are ${given.length} rows, expected ${rowCount}`]
    return [...wrongs, ...(given.every((id, index) => id === index) ? [] : ['the ids are not all there, in order'])]
  }

  idsOf(asset: string): readonly number[] {
    const { files } = JSON.parse(readFileSync(join(this.path, asset, 'manifest.json'), 'utf8')) as {
      readonly files: readonly { readonly name: string }[]
    }
    const lines = files.flatMap(({ name }) => readFileSync(join(this.path, asset, name), 'utf8').split('\n'))
    return lines.filter((line) => line !== '').map((line) => Number(/"id":(\d+)/.exec(line)?.[1]))
  }

  /** Ends what still runs, also what was stopped. */
  async end(): Promise<void> {
    for (const process of this.#started) process.kill('SIGKILL')
    await Promise.all(this.#started.map((process): Promise<Ended> => process.ended))
    rmSync(this.path, { recursive: true, force: true })
  }
}

/** What every asset of the flow is to come to: all stages in one process, and nothing amiss. */
export async function undisturbed(): Promise<OutputState> {
  const ids = new IdsRun()
  try {
    const { code, stderr } = await ids.run('scored', []).ended
    if (code !== 0) throw new Error(`the undisturbed run ended with ${code}: ${stderr}`)
    return readOutput(join(ids.path, 'scored'))
  } finally {
    await ids.end()
  }
}
