import { PipelineError } from '@redesmyn/core'
import { writeContracts } from '../../wire/contract-json.ts'
import { httpPaths } from '../../wire/http-headers.ts'
import { BearerToken } from './bearer-token.ts'
import type { HttpExchange } from './http-exchange.ts'
import type { HttpListenerConfig } from './http-listener-config.ts'
import { HttpReplies } from './http-replies.ts'
import { HttpStageCalls } from './http-stage-calls.ts'

/** What is answered at which path. */
export class HttpRoutes {
  readonly #config: HttpListenerConfig
  readonly #token: BearerToken | undefined
  readonly #replies: HttpReplies
  readonly #calls: HttpStageCalls
  readonly #open = new Set<Promise<void>>()
  #isDraining = false

  constructor(config: HttpListenerConfig) {
    this.#config = config
    this.#token = config.token === undefined ? undefined : new BearerToken(config.token)
    this.#replies = new HttpReplies({ clock: config.clock, isClosing: () => this.#isDraining, log: config.log })
    this.#calls = new HttpStageCalls(config, this.#replies)
  }

  startDraining(): void {
    this.#isDraining = true
  }

  /** Also those that come while it waits. */
  async whenAnswered(): Promise<void> {
    while (this.#open.size > 0) await Promise.all(this.#open)
  }

  /** Never throws: whatever fails is answered. */
  answer(exchange: HttpExchange): void {
    const done = this.#answer(exchange)
      .catch((error: unknown) => this.#replies.fail(exchange, error))
      .finally(() => this.#open.delete(done))
    this.#open.add(done)
  }

  async #answer(exchange: HttpExchange): Promise<void> {
    const { request } = exchange
    const path = pathOf(request.url ?? '/')
    if (path === '/livez') return await this.#replies.text(allow(exchange, readMethods), 'ok')
    if (path === '/readyz') return await this.#ready(allow(exchange, readMethods))
    this.#token?.check(request.headers.authorization)
    if (path === httpPaths.contracts) {
      return await this.#replies.json(allow(exchange, readMethods), writeContracts(this.#config.service.contracts))
    }
    if (path === '/metrics')
      return await this.#replies.text(allow(exchange, readMethods), this.#config.service.metrics())
    if (!path.startsWith(httpPaths.calls)) throw notFound(path)
    allow(exchange, ['POST'])
    if (this.#isDraining) {
      throw new PipelineError('DRAINING', 'this process finishes its calls and takes no more', {
        details: { notExecuted: true },
      })
    }
    await this.#calls.serve(exchange, stageOf(path))
  }

  async #ready(exchange: HttpExchange): Promise<void> {
    const { state } = this.#config.service
    if (this.#isDraining || state !== 'ready') {
      throw new PipelineError(
        'DRAINING',
        `expected stages that are ready, they are ${this.#isDraining ? 'draining' : state}`,
      )
    }
    await this.#replies.text(exchange, 'ok')
  }
}

const readMethods = ['GET', 'HEAD']

function allow(exchange: HttpExchange, methods: readonly string[]): HttpExchange {
  const { method = '' } = exchange.request
  if (methods.includes(method)) return exchange
  throw new PipelineError('METHOD_NOT_ALLOWED', `expected ${methods.join(' or ')}, got ${method}`, {
    details: { allow: methods },
  })
}

function stageOf(path: string): string {
  const name = path.slice(httpPaths.calls.length)
  try {
    return decodeURIComponent(name)
  } catch {
    throw notFound(path)
  }
}

/** Proxies may send the whole URL; what stands behind a question mark says nothing here. */
function pathOf(target: string): string {
  const local = target.startsWith('/') ? target : target.replace(/^[a-z][a-z0-9+.-]*:\/\/[^/?#]*/i, '')
  const [path] = local.split(/[?#]/, 1)
  return path
}

function notFound(path: string): PipelineError {
  return new PipelineError(
    'ROUTE_NOT_FOUND',
    `nothing answers at "${path.slice(0, 200)}": stages are called at "${httpPaths.calls}<stage>"`,
  )
}
