import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { type Clock, type Log, PipelineError } from '@redesmyn/core'
import type { SidecarSpec } from '../config/sidecar-spec.ts'
import { emit } from '../observe/event-table.ts'

export interface SidecarsHost {
  readonly clock: Clock
  readonly log: Log
}

/** For a sidecar to end when it is asked to; then it is ended. */
const stopGraceMs = 5000

/** The processes that live as long as a server does. One that ends by itself takes the server with it. */
export class Sidecars {
  readonly #host: SidecarsHost
  readonly #running = new Map<ChildProcess, SidecarSpec>()
  readonly #lost = new AbortController()
  #isStopping = false

  constructor(host: SidecarsHost) {
    this.#host = host
  }

  /** Fires when one of them has ended by itself; its reason is CONFIG_INVALID naming it. */
  get lost(): AbortSignal {
    return this.#lost.signal
  }

  /** Resolves when all are running. Rejects with CONFIG_INVALID for the first that cannot be started, the others ended. */
  async start(specs: readonly SidecarSpec[]): Promise<void> {
    try {
      for (const spec of specs) await this.#start(spec)
    } catch (error) {
      await this.stop()
      throw error
    }
  }

  /** Asks each to end, and ends those that do not within five seconds. */
  async stop(): Promise<void> {
    this.#isStopping = true
    await Promise.all([...this.#running.keys()].map((child) => this.#end(child)))
  }

  async #start(spec: SidecarSpec): Promise<void> {
    const { command, args, env, folder } = spec
    // Stdout belongs to nobody in a server: what a sidecar prints goes where the log goes by default.
    const stdio: ('ignore' | number)[] = ['ignore', 2, 2]
    const child = spawn(command, [...args], { cwd: folder, env: { ...process.env, ...env }, stdio })
    try {
      await once(child, 'spawn')
    } catch (cause) {
      const reason = cause instanceof Error ? cause.message : String(cause)
      throw new PipelineError('CONFIG_INVALID', `the sidecar "${command}" cannot be started: ${reason}`, { cause })
    }
    this.#running.set(child, spec)
    child.once('exit', (exitCode, signal) => this.#ended(child, { exitCode, signal }))
    emit(this.#host.log, 'sidecarStarted', { command, pid: child.pid ?? 0 })
  }

  #ended(child: ChildProcess, end: { readonly exitCode: number | null; readonly signal: string | null }): void {
    const spec = this.#running.get(child)
    this.#running.delete(child)
    if (spec === undefined || this.#isStopping) return
    const { command } = spec
    emit(this.#host.log, 'sidecarEnded', { command, ...end })
    const how = end.signal ?? `with ${end.exitCode}`
    this.#lost.abort(new PipelineError('CONFIG_INVALID', `the sidecar "${command}" ended ${how}`))
  }

  async #end(child: ChildProcess): Promise<void> {
    const ended = once(child, 'exit')
    child.kill('SIGTERM')
    const cancel = this.#host.clock.after(stopGraceMs, () => child.kill('SIGKILL'))
    await ended
    cancel()
  }
}
