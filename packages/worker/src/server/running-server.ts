import type { FrontEnd } from '../http/exchange.ts'
import type { FetchFrontEnd } from '../http/fetch/fetch-front-end.ts'
import { emit } from '../observe/event-table.ts'
import type { Logger } from '../observe/logger.ts'
import type { RunningStage } from '../pipeline/running-stage.ts'
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

/** For answers on their way, and for connections that were never used, once nothing is in flight. */
const closeGraceMs = 500
/** For threads inside native calls, which cannot be ended from outside. */
const endGraceMs = 5000

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
    const { frontEnd, mounted, listener, stages, sidecars, scope, logger } = this.#parts
    const { clock, log, parseThread } = scope
    const startedAtMs = clock.now()
    emit(log, 'draining', { drainMs })
    // New connections are answered too: whoever probes or asks during the drain is told why, and not just refused.
    listener.drain()
    const isDrained = await this.#drain(drainMs, hurry)
    if (!isDrained && !hurry.aborted) emit(log, 'drainExpired', { drainMs })
    frontEnd.stopListening()
    const isFreed = await this.#within(endGraceMs, [parseThread.close(), ...stages.map((stage) => stage.stop())])
    await Promise.all([frontEnd.close(closeGraceMs), mounted.close(closeGraceMs)])
    await sidecars.stop()
    await scope.observation.close()
    emit(log, 'stopped', { stopMs: Math.round(clock.now() - startedAtMs) })
    logger.close()
    return isFreed ? { isDrained } : { isDrained, isHeld: true }
  }

  /** False when the time was over, or the caller in a hurry, before the stages were empty. */
  async #drain(drainMs: number, hurry: AbortSignal): Promise<boolean> {
    const { listener, stages } = this.#parts
    if (hurry.aborted) return false
    const hurried = new Promise<boolean>((resolve) => {
      hurry.addEventListener('abort', () => resolve(false), { once: true })
    })
    const drained = listener.settled().then(() => Promise.all(stages.map((stage) => stage.drain())))
    return await Promise.race([hurried, this.#within(drainMs, [drained])])
  }

  /** Whether all is done before the time is over. */
  async #within(limitMs: number, work: readonly Promise<unknown>[]): Promise<boolean> {
    return await new Promise<boolean>((resolve, reject) => {
      const cancel = this.#parts.scope.clock.after(limitMs, () => resolve(false))
      void Promise.all(work)
        .then(() => resolve(true), reject)
        .finally(cancel)
    })
  }
}
