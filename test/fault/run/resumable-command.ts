import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'

/** A command that makes an output, and that can be started again after whatever ended it. */
export interface ResumableCommand {
  readonly name: string
  readonly command: string
  readonly args: (output: string) => readonly string[]
  readonly env?: Readonly<Record<string, string>>
}

export interface CommandEnd {
  /** Null where a signal ended it. */
  readonly code: number | null
  readonly signal: NodeJS.Signals | null
  readonly stderr: string
}

/** The command at work on one output. */
export class CommandRun {
  readonly pid: number
  readonly ended: Promise<CommandEnd>
  readonly #child: ChildProcess

  constructor(subject: ResumableCommand, output: string, env: Readonly<Record<string, string>> = {}) {
    const child = spawn(subject.command, subject.args(output), {
      env: { ...process.env, ...subject.env, ...env },
      stdio: ['ignore', 'ignore', 'pipe'],
    })
    this.#child = child
    this.pid = child.pid ?? -1
    this.ended = this.#watch(child)
  }

  get isRunning(): boolean {
    return this.#child.exitCode === null && this.#child.signalCode === null
  }

  kill(signal: NodeJS.Signals): void {
    this.#child.kill(signal)
  }

  /** Until `condition` holds; false where the command ends before. */
  async until(condition: () => boolean): Promise<boolean> {
    while (this.isRunning) {
      if (condition()) return true
      await new Promise((resolve) => setTimeout(resolve, 2))
    }
    return false
  }

  async #watch(child: ChildProcess): Promise<CommandEnd> {
    let stderr = ''
    child.stderr?.setEncoding('utf8').on('data', (piece: string) => {
      stderr = (stderr + piece).slice(-4000)
    })
    await once(child, 'close')
    return { code: child.exitCode, signal: child.signalCode, stderr }
  }
}

/** Runs it to its end. */
export async function runToEnd(
  subject: ResumableCommand,
  output: string,
  env: Readonly<Record<string, string>> = {},
): Promise<CommandEnd> {
  return await new CommandRun(subject, output, env).ended
}
