import { Agent, request } from 'node:http'
import { fileURLToPath } from 'node:url'
import { CascadeProcess } from '../cascade/cascade-process.ts'
import { SeededRandom } from '../fuzz/seeded-random.ts'
import { type ChaosOrder, nextOrder } from './chaos-orders.ts'

export interface ChaosOptions {
  readonly requests: number
  readonly seed: number
  readonly onProgress?: (sent: number) => void
}

export interface ChaosReport {
  /** By what was asked, then by status; `gone` where the client left. */
  readonly answers: ReadonlyMap<string, ReadonlyMap<string, number>>
  /** Answers that no such request may get, and connections that broke. */
  readonly wrong: readonly string[]
  readonly threadsEnded: number
  readonly childrenKilled: number
  readonly restarts: number
  readonly inFlight: number
  readonly queuedRows: number
  readonly slabs: number
  readonly memoryBeforeMiB: number
  readonly memoryAfterMiB: number
  /** Whether each endpoint answers a good request at the end. */
  readonly goodAtEnd: boolean
  readonly exitCode: number | null
}

const clients = 32
const warmUpRequests = 2000
const app = fileURLToPath(new URL('./chaos-app.ts', import.meta.url))

/** Serves the chaos app in a process of its own and does everything to it that a bad day brings. */
export async function runChaos(options: ChaosOptions): Promise<ChaosReport> {
  const served = new CascadeProcess(['serve', app, '--port', '0', '--log-format', 'json', '--log-level', 'info'], {
    NODE_ENV: 'production',
  })
  const url = new URL(await served.url())
  const run = new ChaosRun(url, options)
  try {
    return await run.run(async () => {
      served.kill('SIGTERM')
      return (await served.ended).code
    })
  } catch (cause) {
    served.kill('SIGTERM')
    const { code, signal, stderr } = await served.ended
    throw new Error(`the server ended with ${code ?? signal}:\n${stderr.slice(-3000)}`, { cause })
  } finally {
    run.close()
    served.kill('SIGKILL')
  }
}

class ChaosRun {
  readonly #url: URL
  readonly #options: ChaosOptions
  readonly #agent = new Agent({ keepAlive: true, maxSockets: clients })
  readonly #answers = new Map<string, Map<string, number>>()
  readonly #wrong: string[] = []
  #sent = 0
  #threadsEnded = 0
  #childrenKilled = 0

  constructor(url: URL, options: ChaosOptions) {
    this.#url = url
    this.#options = options
  }

  async run(stop: () => Promise<number | null>): Promise<ChaosReport> {
    await this.#settleGood()
    await this.#send(warmUpRequests, new SeededRandom(this.#options.seed))
    const memoryBeforeMiB = await this.#quietMemory()
    this.#forget()
    const killing = setInterval(() => void this.#kill().catch(() => undefined), 1000)
    await this.#send(this.#options.requests, new SeededRandom(this.#options.seed + 1))
    clearInterval(killing)
    const goodAtEnd = await this.#settleGood()
    const memoryAfterMiB = await this.#quietMemory()
    const metrics = await this.#metrics()
    return {
      answers: this.#answers,
      wrong: this.#wrong,
      threadsEnded: this.#threadsEnded,
      childrenKilled: this.#childrenKilled,
      restarts: sum(metrics, 'cascade_worker_restarts_total'),
      inFlight: sum(metrics, 'cascade_inflight_batches'),
      queuedRows: sum(metrics, 'cascade_queue_rows'),
      slabs: sum(metrics, 'cascade_slabs'),
      memoryBeforeMiB,
      memoryAfterMiB,
      goodAtEnd,
      exitCode: await stop(),
    }
  }

  close(): void {
    this.#agent.destroy()
  }

  async #send(count: number, random: SeededRandom): Promise<void> {
    let left = count
    const client = async (): Promise<void> => {
      while (left-- > 0) {
        const order = nextOrder(random)
        const status = await this.#post(order)
        this.#count(order, status)
        if (++this.#sent % 1000 === 0) this.#options.onProgress?.(this.#sent)
      }
    }
    await Promise.all(Array.from({ length: clients }, client))
  }

  #count({ kind, allowed, manner, path }: ChaosOrder, status: number | 'gone' | 'broken'): void {
    const byStatus = this.#answers.get(kind) ?? new Map<string, number>()
    byStatus.set(String(status), (byStatus.get(String(status)) ?? 0) + 1)
    this.#answers.set(kind, byStatus)
    const isRight = status === 'gone' ? manner === 'gone' : typeof status === 'number' && allowed.includes(status)
    if (!isRight && this.#wrong.length < 20) this.#wrong.push(`${path} ${kind}: ${status}`)
  }

  #forget(): void {
    this.#answers.clear()
    this.#wrong.length = 0
    this.#sent = 0
  }

  /** Every second a thread that works ends itself, and a child is killed as the kernel would do it. */
  async #kill(): Promise<void> {
    const { status } = await this.#ask('/thread', '{"x":1}')
    if (status === 200) {
      this.#threadsEnded++
      await this.#ask('/thread', '{"x":1,"order":"exit"}')
    }
    const { body } = await this.#ask('/child', '{"x":1}')
    const pid = /"pid":(\d+)/.exec(body)?.[1]
    if (pid === undefined) return
    try {
      process.kill(Number(pid), 'SIGKILL')
      this.#childrenKilled++
    } catch {
      // It was gone already.
    }
  }

  async #post({ path, body, manner }: ChaosOrder): Promise<number | 'gone' | 'broken'> {
    return await new Promise((resolve) => {
      const headers = { 'content-type': 'application/json', 'content-length': body.length }
      const sent = request(new URL(path, this.#url), { method: 'POST', agent: this.#agent, headers }, (response) => {
        response.on('end', () => resolve(response.statusCode ?? 0))
        response.on('error', () => resolve('broken'))
        response.resume()
      })
      sent.on('error', () => resolve(manner === 'gone' ? 'gone' : 'broken'))
      if (manner === 'waits') sent.end(body)
      else sent.write(body, () => void setImmediate(() => sent.destroy()))
    })
  }

  async #ask(path: string, body: string): Promise<{ readonly status: number; readonly body: string }> {
    const response = await fetch(new URL(path, this.#url), { method: 'POST', body })
    return { status: response.status, body: await response.text() }
  }

  /** Until every endpoint answers, which after the last kill may take a respawn with its pause. */
  async #settleGood(): Promise<boolean> {
    const flower = '{"sepal_width":3.5,"petal_length":1.4,"petal_width":0.2}'
    for (let round = 0; round < 150; round++) {
      const answers = await Promise.all([
        this.#ask('/good', '{"x":1}'),
        this.#ask('/thread', '{"x":1}'),
        this.#ask('/child', '{"x":1}'),
        this.#ask('/iris', flower),
      ])
      if (answers.every(({ status }) => status === 200)) return true
      await pause(200)
    }
    return false
  }

  /** Resident memory once nothing is in flight: the least of a few looks, because garbage is collected when it likes. */
  async #quietMemory(): Promise<number> {
    const looks: number[] = []
    for (let look = 0; look < 10; look++) {
      await pause(200)
      looks.push(sum(await this.#metrics(), 'process_resident_memory_bytes') / 2 ** 20)
    }
    return Math.min(...looks)
  }

  async #metrics(): Promise<string> {
    return await (await fetch(new URL('/metrics', this.#url))).text()
  }
}

function sum(metrics: string, name: string): number {
  const lines = metrics.matchAll(new RegExp(`^${name}(?:\\{[^}]*\\})? ([0-9.e+]+)$`, 'gm'))
  return Array.from(lines, ([, value]) => Number(value)).reduce((total, value) => total + value, 0)
}

function pause(ms: number): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, ms))
}
