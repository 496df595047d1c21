import { type ChildProcessByStdio, spawn } from 'node:child_process'
import { once } from 'node:events'
import { createInterface } from 'node:readline'
import type { Readable } from 'node:stream'
import { fileURLToPath } from 'node:url'

export type LogLine = Readonly<Record<string, unknown>>

export interface JsonAnswer {
  readonly status: number
  readonly headers: Headers
  readonly body: unknown
}

const cascade = fileURLToPath(new URL('../bin/cascade.js', import.meta.resolve('@redesmyn/cascade')))

/** An app module behind `cascade serve` in a process of its own, as from a shell. */
export class ServedApp {
  readonly url: string
  /** Lines of the log so far. */
  readonly log: readonly LogLine[]
  readonly #process: ChildProcessByStdio<null, null, Readable>

  private constructor(url: string, log: readonly LogLine[], child: ChildProcessByStdio<null, null, Readable>) {
    this.url = url
    this.log = log
    this.#process = child
  }

  /** Resolves when the server listens, on any free port. Rejects with the log when it ends before that. */
  static async start(app: URL, flags: readonly string[] = []): Promise<ServedApp> {
    const args = [cascade, 'serve', fileURLToPath(app), '--port', '0', '--log-format', 'json', ...flags]
    const child = spawn(process.execPath, args, { stdio: ['ignore', 'ignore', 'pipe'] })
    const lines: string[] = []
    const log: LogLine[] = []
    return await new Promise((resolve, reject) => {
      child.once('error', reject)
      child.once('close', (code) => reject(new Error(`cascade serve ended with ${code}:\n${lines.join('\n')}`)))
      createInterface(child.stderr).on('line', (line) => {
        lines.push(line)
        const fields = parseLine(line)
        if (fields !== undefined) log.push(fields)
        if (fields?.event === 'listening') resolve(new ServedApp(String(fields.url), log, child))
      })
    })
  }

  async post(path: string, value: unknown): Promise<JsonAnswer> {
    const response = await fetch(new URL(path, this.url), {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify(value),
    })
    return { status: response.status, headers: response.headers, body: await response.json() }
  }

  async metrics(): Promise<string> {
    const response = await fetch(new URL('/metrics', this.url))
    return await response.text()
  }

  /** Asks the server to drain and end. Resolves with its exit code; null when a signal ended it. */
  async stop(): Promise<number | null> {
    if (this.#process.exitCode !== null || this.#process.signalCode !== null) return this.#process.exitCode
    const ended = once(this.#process, 'close')
    this.#process.kill('SIGTERM')
    await ended
    return this.#process.exitCode
  }
}

function parseLine(line: string): LogLine | undefined {
  try {
    return JSON.parse(line)
  } catch {
    return undefined
  }
}
