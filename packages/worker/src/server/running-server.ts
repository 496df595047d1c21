import type { FrontEnd } from '../http/exchange.ts'
import { emit } from '../observe/event-table.ts'
import type { Logger } from '../observe/logger.ts'
import type { RunningStage } from '../pipeline/running-stage.ts'
import type { DrainOptions, StopReport } from './lifecycle.ts'
import type { RequestListener } from './request-listener.ts'
import type { ServerAddress } from './server-address.ts'
import type { ServerScope } from './server-scope.ts'

export interface RunningServerParts {
  readonly address: ServerAddress
  readonly frontEnd: FrontEnd
  readonly listener: RequestListener
  readonly stages: readonly RunningStage[]
  readonly scope: ServerScope
  readonly logger: Logger
}

/** For answers on their way, and for connections that were never used, once nothing is in flight. */
const closeGraceMs = 500

/** A server that listens, until it is stopped once. */
export class RunningServer {
  readonly #parts: RunningServerParts

  constructor(parts: RunningServerParts) {
    this.#parts = parts
  }

  get address(): ServerAddress {
    return this.#parts.address
  }

  /** New requests are refused at once, accepted ones answered within the drain time; then everything ends. */
  async stop({ drainMs = this.#parts.scope.config.drainMs, hurry }: DrainOptions): Promise<StopReport> {
    const { frontEnd, listener, stages, scope, logger } = this.#parts
    const { clock, log, parseThread } = scope
    const startedAtMs = clock.now()
    emit(log, 'draining', { drainMs })
    listener.drain()
    frontEnd.stopListening()
    const isDrained = await this.#drain(drainMs, hurry)
    if (!isDrained && !hurry.aborted) emit(log, 'drainExpired', { drainMs })
    await Promise.all([parseThread.close(), ...stages.map((stage) => stage.stop())])
    await frontEnd.close(closeGraceMs)
    await scope.observation.close()
    emit(log, 'stopped', { stopMs: Math.round(clock.now() - startedAtMs) })
    logger.close()
    return { isDrained }
  }

  /** False when the time was over, or the caller in a hurry, before the stages were empty. */
  async #drain(drainMs: number, hurry: AbortSignal): Promise<boolean> {
    const { stages, scope } = this.#parts
    if (hurry.aborted) return false
    return await new Promise<boolean>((resolve, reject) => {
      const cancel = scope.clock.after(drainMs, () => resolve(false))
      hurry.addEventListener('abort', () => resolve(false), { once: true })
      void Promise.all(stages.map((stage) => stage.drain()))
        .then(() => resolve(true), reject)
        .finally(cancel)
    })
  }
}
