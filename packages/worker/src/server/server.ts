import type { Endpoint } from '@redesmyn/core'
import type { ServerConfig } from '../config/option-table.ts'
import { type ConfigOptions, type Environment, resolveConfig } from '../config/resolve-config.ts'
import { Router } from '../http/router.ts'
import type { SpanExporter } from '../observe/trace/span-exporter.ts'
import { addEndpointRoute } from './endpoint-route.ts'
import { Lifecycle, type LifecycleState, type StopOptions, type StopReport } from './lifecycle.ts'
import type { RunningServer } from './running-server.ts'
import type { ServerAddress } from './server-address.ts'

export interface ServerOptions extends ConfigOptions {
  /** The module that exports the stages: a path, taken from the working directory, or a file URL as `import.meta.url`. */
  readonly app: string | URL
  /** Where spans go when `traces` is on, in the place of `traceFile`. */
  readonly spanExporter?: SpanExporter
}

/**
 * Serves the endpoints of an app module over HTTP. Making one has no effect beside checking the options, so that a
 * module may hold one and still be imported by the threads; another server in the same process knows nothing of it.
 */
export class Server {
  readonly config: ServerConfig
  readonly #app: string | URL
  readonly #spanExporter: SpanExporter | undefined
  readonly #endpoints: Endpoint[] = []
  readonly #router = new Router<Endpoint>()
  readonly #lifecycle: Lifecycle<RunningServer>
  #address: ServerAddress | undefined

  /** Throws CONFIG_INVALID naming the option, or the variable of `env`, that is unusable. */
  constructor(options: ServerOptions, env: Environment = process.env) {
    const { app, spanExporter, ...config } = options
    this.#app = app
    this.#spanExporter = spanExporter
    this.config = resolveConfig(config, env)
    this.#lifecycle = new Lifecycle<RunningServer>({
      start: (signal) => this.#start(signal),
      stop: (running, drain) => running.stop(drain),
    })
  }

  get state(): LifecycleState {
    return this.#lifecycle.state
  }

  /** Where it answers, or answered; `undefined` before. */
  get address(): ServerAddress | undefined {
    return this.#address
  }

  /**
   * Serves this endpoint, and no longer simply all that the app module exports. Its stage must be exported there:
   * threads find it by its name. Throws ROUTE_DUPLICATE, CONFIG_INVALID for a reserved path, and LIFECYCLE_MISUSE
   * once the server was asked to serve.
   */
  register(endpoint: Endpoint): this {
    this.#lifecycle.assertIdle('register()')
    addEndpointRoute(this.#router, endpoint, endpoint)
    this.#endpoints.push(endpoint)
    return this
  }

  /** Resolves when every stage is warm and the address answers. What had started is ended again where it rejects. */
  async serve(): Promise<ServerAddress> {
    const { address } = await this.#lifecycle.start()
    this.#address = address
    return address
  }

  /** Answers what was accepted, refuses the rest, and ends every thread. Never rejects for being called too early or twice. */
  async stop(options: StopOptions = {}): Promise<StopReport> {
    return await this.#lifecycle.stop(options)
  }

  /** What serving takes is loaded here and not above: every thread imports this module with its app. */
  async #start(signal: AbortSignal): Promise<RunningServer> {
    const { startServer } = await import('./start-server.ts')
    return await startServer({
      app: this.#app,
      endpoints: this.#endpoints,
      config: this.config,
      spanExporter: this.#spanExporter,
      signal,
    })
  }
}
