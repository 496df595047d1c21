import { checkMiddleware, type Endpoint, type Middleware, PipelineError } from '@redesmyn/core'
import type { ReadPlace } from '../app/with-places.ts'
import type { ServerConfig } from '../config/option-table.ts'
import type { ConfigOptions, Environment } from '../config/resolve-config.ts'
import { resolveSettings, type ServerSettings } from '../config/server-settings.ts'
import { Router } from '../http/router.ts'
import type { SpanExporter } from '../observe/trace/span-exporter.ts'
import { addEndpointRoute } from './endpoint-route.ts'
import { Lifecycle, type LifecycleState, type StopOptions, type StopReport } from './lifecycle.ts'
import type { RunningServer } from './running-server.ts'
import type { ServerPlan } from './start-server.ts'
import type { ServerAddress } from './server-address.ts'

export interface ServerOptions extends ConfigOptions {
  /** The module that exports the stages: a path, taken from the working directory, or a file URL as `import.meta.url`. */
  readonly app: string | URL
  /** Where spans go when `traces` is on, in the place of `traceFile`. */
  readonly spanExporter?: SpanExporter
  /** Reads the placements that `place`, `CASCADE_PLACE` and the configuration file give to stages. */
  readonly readPlace?: ReadPlace
}

/**
 * Serves the endpoints of an app module over HTTP. Making one has no effect beside checking the options, so that a
 * module may hold one and still be imported by the threads; another server in the same process knows nothing of it.
 */
export class Server {
  readonly #settings: ServerSettings
  readonly #app: string | URL
  readonly #spanExporter: SpanExporter | undefined
  readonly #readPlace: ReadPlace | undefined
  readonly #endpoints: Endpoint[] = []
  readonly #use: Middleware[] = []
  readonly #router = new Router<Endpoint>()
  readonly #lifecycle: Lifecycle<RunningServer>
  readonly #lost = new AbortController()
  #address: ServerAddress | undefined
  #listens: ServerPlan['listens'] = 'address'
  #running: RunningServer | undefined

  /** Throws CONFIG_INVALID naming the option, the variable of `env` or the key of the configuration file that is unusable. */
  constructor(options: ServerOptions, env: Environment = process.env) {
    const { app, spanExporter, readPlace, ...config } = options
    this.#app = app
    this.#readPlace = readPlace
    this.#spanExporter = spanExporter
    this.#settings = resolveSettings(app, config, env)
    this.#lifecycle = new Lifecycle<RunningServer>({
      start: (signal) => this.#start(signal),
      stop: (running, drain) => running.stop(drain),
    })
  }

  get config(): ServerConfig {
    return this.#settings.config
  }

  /** Fires when a sidecar has ended by itself: the server then stops. */
  get lost(): AbortSignal {
    return this.#lost.signal
  }

  get state(): LifecycleState {
    return this.#lifecycle.state
  }

  /** Resolves when it has stopped, whoever stopped it: where its threads end as soon as they start, it does so itself. */
  get whenStopped(): Promise<StopReport> {
    return this.#lifecycle.whenStopped
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

  /**
   * Puts middleware around all endpoints, outside of the app's own; what is used first is outermost. Throws
   * LIFECYCLE_MISUSE once the server was asked to serve.
   */
  use(...middleware: readonly Middleware[]): this {
    this.#lifecycle.assertIdle('use()')
    this.#use.push(...checkMiddleware('the server', middleware))
    return this
  }

  /** Resolves when every stage is warm and the address answers. What had started is ended again where it rejects. */
  async serve(): Promise<ServerAddress> {
    this.#lifecycle.assertIdle('serve()')
    this.#running = await this.#lifecycle.start()
    this.#address = this.#running.address
    return this.#running.address
  }

  /** Starts without an address of its own, for `handle` alone: another server brings the requests. */
  async open(): Promise<void> {
    this.#lifecycle.assertIdle('open()')
    this.#listens = 'nowhere'
    this.#running = await this.#lifecycle.start()
  }

  /**
   * Answers one request that another server has taken, as over HTTP. Errors are responses; rejects with LIFECYCLE_MISUSE
   * where the server does not serve.
   */
  async handle(request: Request): Promise<Response> {
    if (this.#running !== undefined) return await this.#running.handle(request)
    throw new PipelineError('LIFECYCLE_MISUSE', 'handle() was called before the server serves')
  }

  /**
   * Replaces every thread, one after another and without a gap, with what the app module is now. Rejects, and what
   * serves goes on, when its schemas, endpoints or options are others, when its threads do not start, and with
   * LIFECYCLE_MISUSE unless the server serves.
   */
  async restart(): Promise<void> {
    await this.#lifecycle.serving('restart()').restart()
  }

  /** Answers what was accepted, refuses the rest, and ends every thread. Never rejects for being called too early or twice. */
  async stop(options: StopOptions = {}): Promise<StopReport> {
    return await this.#lifecycle.stop(options)
  }

  /** What serving takes is loaded here and not above: every thread imports this module with its app. */
  async #start(signal: AbortSignal): Promise<RunningServer> {
    const { startServer } = await import('./start-server.ts')
    const running = await startServer({
      app: this.#app,
      endpoints: this.#endpoints,
      use: this.#use,
      settings: this.#settings,
      spanExporter: this.#spanExporter,
      readPlace: this.#readPlace,
      listens: this.#listens,
      signal,
      onFatal: (error) => this.#lifecycle.fail(error),
    })
    running.lost.addEventListener('abort', () => this.#stopAtLoss(running.lost.reason), { once: true })
    return running
  }

  #stopAtLoss(reason: unknown): void {
    this.#lost.abort(reason)
    // A stop that fails has failed for whoever asked for it too; here nobody did.
    this.stop().catch(() => {})
  }
}
