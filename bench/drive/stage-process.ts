import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { createInterface } from 'node:readline'
import { fileURLToPath } from 'node:url'

const cascadeBin = fileURLToPath(new URL('../bin/cascade.js', import.meta.resolve('@redesmyn/cascade')))

/** Stages of an app that a process of its own offers to senders. */
export class StageProcess {
  readonly addresses: readonly string[]
  readonly #child: ChildProcess

  private constructor(child: ChildProcess, addresses: readonly string[]) {
    this.#child = child
    this.addresses = addresses
  }

  /** Resolves when all addresses answer. A port 0 is any that is free: `addresses` say which. */
  static async start(app: string, stage: string, listen: readonly string[], threads: number): Promise<StageProcess> {
    const flags = listen.flatMap((address) => ['--listen', address])
    const words = ['serve', app, '--stage', stage, ...flags, '--threads', String(threads), '--log-format', 'json']
    const child = spawn(process.execPath, [cascadeBin, ...words], { stdio: ['ignore', 'ignore', 'pipe'] })
    const lines: string[] = []
    const addresses: string[] = []
    const reader = createInterface(child.stderr)
    for await (const line of reader) {
      lines.push(line)
      const { event, url }: { event?: string; url?: string } = line.startsWith('{') ? JSON.parse(line) : {}
      if (event !== 'listening' || url === undefined) continue
      addresses.push(url)
      if (addresses.length < listen.length) continue
      child.stderr.resume()
      return new StageProcess(child, addresses)
    }
    throw new Error(`stage "${stage}" could not be offered:\n${lines.join('\n')}`)
  }

  async stop(): Promise<void> {
    if (this.#child.exitCode !== null) return
    const ended = once(this.#child, 'close')
    this.#child.kill('SIGTERM')
    await ended
  }
}
