import { isDoneWithin } from '@redesmyn/core'
import type { FrontEnd } from '../http/exchange.ts'
import type { FetchFrontEnd } from '../http/fetch/fetch-front-end.ts'
import type { Logger } from '../observe/logger.ts'
import type { RunningStage } from '../pipeline/running-stage.ts'
import { closeGraceMs, endGraceMs, endServing } from './end-serving.ts'
import type { DrainOptions, StopReport } from './lifecycle.ts'
import type { RollingRestart } from './rolling-restart.ts'
import type { RequestListener } from './request-listener.ts'
import type { ServerAddress } from './server-address.ts'
import type { ServerScope } from './server-scope.ts'
import type { Sidecars } from './sidecars.ts'

export interface RunningServerParts {
  readonly address: ServerAddress
  readonly frontEnd: FrontEnd
  /** For requests that another server has taken. */
  readonly mounted: FetchFrontEnd
  readonly listener: RequestListener
  readonly stages: readonly RunningStage[]
  readonly sidecars: Sidecars
  readonly scope: ServerScope
  readonly logger: Logger
  readonly rollingRestart: RollingRestart
}

/** A server that listens, until it is stopped once. */
export class RunningServer {
  readonly #parts: RunningServerParts

  constructor(parts: RunningServerParts) {
    this.#parts = parts
  }

  get address(): ServerAddress {
    return this.#parts.address
  }

  /** Fires when something that the server cannot do without has ended. */
  get lost(): AbortSignal {
    return this.#parts.sidecars.lost
  }

  handle(request: Request): Promise<Response> {
    return this.#parts.mounted.handle(request)
  }

  async restart(): Promise<void> {
    await this.#parts.rollingRestart.run()
  }

  /** New requests are refused at once, accepted ones answered within the drain time; then everything ends. */
  async stop({ drainMs = this.#parts.scope.config.drainMs, hurry }: DrainOptions): Promise<StopReport> {
    const { sidecars, scope, logger } = this.#parts
    const { clock, log, observation } = scope
    const work = { drain: () => this.#drain(), end: () => this.#end() }
    return await endServing(work, { clock, log, logger, observation, sidecars }, { drainMs, hurry })
  }

  async #drain(): Promise<void> {
    const { listener, stages } = this.#parts
    // New connections are answered too: whoever probes or asks during the drain is told why, and not just refused.
    listener.drain()
    await listener.settled()
    await Promise.all(stages.map((stage) => stage.drain()))
  }

  async #end(): Promise<boolean> {
    const { frontEnd, mounted, stages, scope } = this.#parts
    const { clock, parseThread } = scope
    frontEnd.stopListening()
    const threads = Promise.all([parseThread.close(), ...stages.map((stage) => stage.stop())])
    const isFreed = await isDoneWithin(threads, { clock, ms: endGraceMs })
    await Promise.all([frontEnd.close(closeGraceMs), mounted.close(closeGraceMs)])
    return isFreed
  }
}
