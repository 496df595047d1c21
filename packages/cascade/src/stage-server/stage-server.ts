import { PipelineError } from '@redesmyn/core'
import {
  type ConfigOptions,
  type Environment,
  Lifecycle,
  resolveSettings,
  type ServerConfig,
  type ServerSettings,
  type StopOptions,
  type StopReport,
} from '@redesmyn/worker'
import { parseListenAddress } from './open-listener.ts'
import type { RunningStageServer } from './running-stage-server.ts'

export interface StageServerOptions {
  /** The module that exports the stages. */
  readonly app: string | URL
  /** Names of the stages that are offered; one at least. */
  readonly stages: readonly string[]
  /** `unix:/run/s.sock`, `http://127.0.0.1:8000`, `https://…`, or `stdio:` alone. Default: `host` and `port`, over TLS with `tlsCert`. */
  readonly listen?: readonly string[]
  /** Whether an address that others than this machine reach may go without TLS. Default false. */
  readonly isInsecure?: boolean
  /** Those of a server that say something of its stages, its addresses, its log and its end. */
  readonly config?: ConfigOptions
}

/** Offers stages of an app module to senders elsewhere. Making one has no effect beside checking the options. */
export class StageServer {
  readonly #options: StageServerOptions
  readonly #settings: ServerSettings
  readonly #addresses: readonly URL[]
  readonly #lifecycle: Lifecycle<RunningStageServer>

  /** Throws CONFIG_INVALID naming the option or address that is unusable. */
  constructor(options: StageServerOptions, env: Environment = process.env) {
    const { app, stages, listen, config = {} } = options
    if (stages.length === 0) throw new PipelineError('CONFIG_INVALID', 'a stage server offers one stage at least')
    this.#options = options
    this.#settings = resolveSettings(app, config, env)
    this.#addresses = (listen ?? [addressOf(this.#settings.config)]).map(parseListenAddress)
    this.#lifecycle = new Lifecycle({
      start: () => this.#start(),
      stop: (running, drain) => running.stop(drain),
    })
  }

  /** Resolves when it has stopped, whoever stopped it: where its threads end as soon as they start, it does so itself. */
  get whenStopped(): Promise<StopReport> {
    return this.#lifecycle.whenStopped
  }

  /** Resolves with the addresses when every stage is warm and they answer. What had started is ended where it rejects. */
  async serve(): Promise<readonly string[]> {
    const { addresses } = await this.#lifecycle.start()
    return addresses
  }

  /** Answers what was accepted, refuses the rest, and ends every thread. Never rejects for being called too early or twice. */
  async stop(options: StopOptions = {}): Promise<StopReport> {
    return await this.#lifecycle.stop(options)
  }

  async #start(): Promise<RunningStageServer> {
    const { startStageServer } = await import('./start-stage-server.ts')
    const { app, stages, isInsecure = false } = this.#options
    return await startStageServer({
      app,
      stages,
      addresses: this.#addresses,
      settings: this.#settings,
      isInsecure,
      onFatal: (error) => this.#lifecycle.fail(error),
      onEnded: (failure) => (failure === undefined ? void this.stop() : this.#lifecycle.fail(failure)),
    })
  }
}

function addressOf({ host, port, tlsCert }: ServerConfig): string {
  return `${tlsCert === undefined ? 'http' : 'https'}://${host.includes(':') ? `[${host}]` : host}:${port}`
}
