import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import type { Contender } from '../contender/contender.ts'
import { freePort } from './free-port.ts'
import type { Work } from './work.ts'

const startLimitMs = 30_000

/** A contender that runs, from its command to its end. */
export class ServerProcess {
  readonly url: string
  readonly metricsUrl: string | undefined
  readonly startMs: number
  readonly #child: ChildProcess

  private constructor(child: ChildProcess, origin: string, contender: Contender, startMs: number) {
    this.#child = child
    this.url = `${origin}/inference`
    this.metricsUrl = contender.metricsPath === undefined ? undefined : `${origin}${contender.metricsPath}`
    this.startMs = startMs
  }

  get pid(): number {
    return this.#child.pid ?? -1
  }

  /** Resolves with the first right answer; how long that took from the command on is `startMs`. */
  static async start(contender: Contender, work: Work): Promise<ServerProcess> {
    const port = await freePort()
    const origin = `http://127.0.0.1:${port}`
    const startedAt = performance.now()
    const child = spawn(contender.command, contender.args(port), {
      env: { ...process.env, NODE_ENV: 'production', ...contender.env, PORT: String(port) },
      stdio: ['ignore', 'ignore', 'pipe'],
    })
    let complaint = ''
    child.stderr?.on('data', (chunk: Buffer) => {
      complaint = (complaint + chunk.toString()).slice(-4000)
    })
    while (!(await answersRight(`${origin}/inference`, work))) {
      const waited = performance.now() - startedAt
      if (child.exitCode !== null || waited > startLimitMs) {
        child.kill('SIGKILL')
        throw new Error(`${contender.name} gave no right answer in ${Math.round(waited)} ms\n${complaint}`)
      }
      await new Promise((resolve) => setTimeout(resolve, 4))
    }
    return new ServerProcess(child, origin, contender, performance.now() - startedAt)
  }

  async stop(): Promise<void> {
    if (this.#child.exitCode !== null) return
    const ended = once(this.#child, 'exit')
    this.#child.kill('SIGTERM')
    const force = setTimeout(() => this.#child.kill('SIGKILL'), 10_000)
    await ended
    clearTimeout(force)
  }
}

async function answersRight(url: string, work: Work): Promise<boolean> {
  try {
    return work.isRight(await postOnce(url, work))
  } catch {
    return false
  }
}

export async function postOnce(url: string, work: Work): Promise<Buffer> {
  const response = await fetch(url, { method: 'POST', body: work.body, headers: { 'content-type': work.contentType } })
  const body = Buffer.from(await response.arrayBuffer())
  if (!response.ok) throw new Error(`status ${response.status}: ${body.toString().slice(0, 200)}`)
  return body
}
