import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { text } from 'node:stream/consumers'
import { fileURLToPath } from 'node:url'

const bin = fileURLToPath(new URL('../../packages/cascade/bin/cascade.js', import.meta.url))

/** An app module of these tests. */
export function appPath(name: string): string {
  return fileURLToPath(new URL(`./apps/${name}`, import.meta.url))
}

export interface Ended {
  readonly code: number | null
  readonly signal: NodeJS.Signals | null
  readonly stdout: string
  readonly stderr: string
}

export type LogLine = Readonly<Record<string, unknown>>

/** The `cascade` command as a process of its own. */
export class CascadeProcess {
  readonly #child: ChildProcess
  readonly #ended: Promise<Ended>
  #stderr = ''

  /** `enter`: words before the command, as those that start it on another host. */
  constructor(words: readonly string[], env: Readonly<Record<string, string>> = {}, enter: readonly string[] = []) {
    const [command, ...args] = [...enter, process.execPath, bin, ...words]
    const child = spawn(command, args, {
      env: { PATH: process.env.PATH, ...env },
      stdio: ['ignore', 'pipe', 'pipe'],
    })
    child.stderr.setEncoding('utf8').on('data', (piece: string) => {
      this.#stderr += piece
    })
    this.#child = child
    this.#ended = this.#watch(child, text(child.stdout))
  }

  async #watch(child: ChildProcess, stdout: Promise<string>): Promise<Ended> {
    await once(child, 'close')
    return { code: child.exitCode, signal: child.signalCode, stdout: await stdout, stderr: this.#stderr }
  }

  /** The lines of the log so far. */
  get log(): readonly LogLine[] {
    const lines = this.#stderr.split('\n').slice(0, -1)
    return lines.map((line): LogLine => JSON.parse(line))
  }

  /** The next line of an event; rejects when the process ends without it. */
  async event(name: string): Promise<LogLine> {
    for (;;) {
      const line = this.log.find(({ event }) => event === name)
      if (line !== undefined) return line
      await Promise.race([once(this.#child.stderr ?? this.#child, 'data'), this.#endedWithout(name)])
    }
  }

  /** What stderr says next of the kind, or has said; rejects when the process ends without it. */
  async told(pattern: RegExp): Promise<RegExpExecArray> {
    for (;;) {
      const found = pattern.exec(this.#stderr)
      if (found !== null) return found
      await Promise.race([once(this.#child.stderr ?? this.#child, 'data'), this.#endedWithout(String(pattern))])
    }
  }

  async url(): Promise<string> {
    return String((await this.event('listening')).url)
  }

  get pid(): number {
    return this.#child.pid ?? -1
  }

  kill(signal: NodeJS.Signals): void {
    this.#child.kill(signal)
  }

  get ended(): Promise<Ended> {
    return this.#ended
  }

  async #endedWithout(name: string): Promise<never> {
    const { code, stderr } = await this.#ended
    throw new Error(`the command ended with ${code} and without "${name}": ${stderr}`)
  }
}

/** Runs a command that ends by itself. */
export async function runCascade(words: readonly string[], env: Readonly<Record<string, string>> = {}): Promise<Ended> {
  return await new CascadeProcess(words, env).ended
}
