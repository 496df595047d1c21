import { mkdtemp, readFile, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import type { Endpoint } from '@redesmyn/core'
import { Server, type ServerOptions } from '@redesmyn/worker'
import type { TestedKind } from '../front-end/allowed-differences.ts'
import { sumSeries } from '../../../metrics/sum-series.ts'

export interface Answered {
  readonly status: number
  readonly headers: Headers
  readonly text: string
  /** The text as JSON. */
  readonly body: AnsweredBody
}

/** What the tests read of an answer; a member that is absent is undefined. */
export interface AnsweredBody {
  readonly [field: string]: unknown
  readonly id: string
  readonly predictions: readonly unknown[]
  readonly error: {
    readonly code: string
    readonly message: string
    readonly requestId: string
    readonly details: ErrorDetails
  }
}

interface ErrorDetails {
  readonly [field: string]: unknown
  readonly issues: readonly {
    readonly row: number
    readonly pointer: string
    readonly rule: string
    readonly message: string
  }[]
}

export interface ServedAppOptions extends Partial<ServerOptions> {
  /** Of the only endpoints that are served: the threads of other stages need not be started. All, where there are none. */
  readonly paths?: readonly string[]
}

/** An app of test/apps behind a real server: sockets, threads and shared memory, with its log in a file. */
export class ServedApp {
  readonly url: string
  readonly port: number
  readonly #server: Server
  readonly #folder: string

  private constructor(server: Server, url: string, port: number, folder: string) {
    this.#server = server
    this.url = url
    this.port = port
    this.#folder = folder
  }

  static async start(
    kind: TestedKind,
    name = 'serving.ts',
    { paths = [], ...options }: ServedAppOptions = {},
  ): Promise<ServedApp> {
    const folder = await mkdtemp(join(tmpdir(), 'serving-'))
    const app = fileURLToPath(new URL(`../../../apps/${name}`, import.meta.url))
    const server = new Server({
      app,
      port: 0,
      frontEnd: kind,
      logLevel: 'debug',
      logFile: join(folder, 'log'),
      ...options,
    })
    for (const endpoint of await endpointsAt(app, paths)) server.register(endpoint)
    const { url, port } = await server.serve()
    return new ServedApp(server, url, port, folder)
  }

  /** Posts JSON, or a body as it is. */
  async post(path: string, body: unknown, headers: Readonly<Record<string, string>> = {}): Promise<Answered> {
    const isRaw = typeof body === 'string' || body instanceof Uint8Array
    const response = await fetch(`${this.url}${path}`, {
      method: 'POST',
      headers: { 'content-type': 'application/json', ...headers },
      body: isRaw ? body : JSON.stringify(body),
    })
    return await readAnswer(response)
  }

  async get(path: string, method = 'GET'): Promise<Answered> {
    return await readAnswer(await fetch(`${this.url}${path}`, { method }))
  }

  /** Every line of the log so far. */
  async log(): Promise<readonly Readonly<Record<string, unknown>>[]> {
    const text = await readFile(join(this.#folder, 'log'), 'utf8')
    return text
      .split('\n')
      .filter((line) => line !== '')
      .map((line) => JSON.parse(line))
  }

  /** The value of a series of /metrics, with its labels as they are written there. */
  async metric(series: string): Promise<number> {
    const { text } = await this.get('/metrics')
    const value = sumSeries(text, series)
    if (value === undefined) throw new Error(`there is no ${series} in\n${text}`)
    return value
  }

  /** Answers what was accepted, then ends. */
  async drain(): Promise<void> {
    await this.#server.stop()
  }

  async stop(): Promise<void> {
    await this.#server.stop({ graceful: false })
    await rm(this.#folder, { recursive: true })
  }
}

async function readAnswer(response: Response): Promise<Answered> {
  const text = await response.text()
  return { status: response.status, headers: response.headers, text, body: parse(text) }
}

function parse(text: string): AnsweredBody {
  try {
    return JSON.parse(text)
  } catch {
    return JSON.parse('{}')
  }
}

async function endpointsAt(app: string, paths: readonly string[]): Promise<readonly Endpoint[]> {
  if (paths.length === 0) return []
  const { default: endpoints }: { readonly default: readonly Endpoint[] } = await import(app)
  return paths.map((path) => {
    const found = endpoints.find((endpoint) => endpoint.path === path)
    if (found === undefined) throw new Error(`the app has no endpoint "${path}"`)
    return found
  })
}
