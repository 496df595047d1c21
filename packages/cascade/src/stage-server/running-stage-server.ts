import type { Clock, Log } from '@redesmyn/core'
import {
  type DrainOptions,
  emit,
  type Logger,
  type Observation,
  type Sidecars,
  type StopReport,
} from '@redesmyn/worker'
import type { RunningStageService } from './running-stage-service.ts'
import type { StageListener } from './stage-listener.ts'
import { within } from './within.ts'

export interface RunningStageServerParts {
  readonly service: RunningStageService
  readonly listeners: readonly StageListener[]
  /** Where nothing else is said. */
  readonly drainMs: number
  readonly clock: Clock
  readonly log: Log
  readonly logger: Logger
  readonly observation: Observation
  readonly sidecars: Sidecars
}

/** For replies on their way, once nothing is in flight. */
const closeGraceMs = 500
/** For threads inside native calls, which cannot be ended from outside. */
const endGraceMs = 5000

/** A stage service that listens, until it is stopped once. */
export class RunningStageServer {
  readonly #parts: RunningStageServerParts

  constructor(parts: RunningStageServerParts) {
    this.#parts = parts
  }

  get addresses(): readonly string[] {
    return this.#parts.listeners.map(({ address }) => address)
  }

  /** New calls are refused at once and by word, accepted ones answered within the drain time; then everything ends. */
  async stop({ drainMs = this.#parts.drainMs, hurry }: DrainOptions): Promise<StopReport> {
    const { service, listeners, clock, log, logger, observation, sidecars } = this.#parts
    const startedAtMs = clock.now()
    emit(log, 'draining', { drainMs })
    const isDrained = await this.#drain(drainMs, hurry)
    if (!isDrained && !hurry.aborted) emit(log, 'drainExpired', { drainMs })
    const freed = within(clock, endGraceMs, service.stop())
    await Promise.all(listeners.map((listener) => this.#close(listener)))
    const isFreed = await freed
    await sidecars.stop()
    await observation.close()
    emit(log, 'stopped', { stopMs: Math.round(clock.now() - startedAtMs) })
    logger.close()
    return isFreed ? { isDrained } : { isDrained, isHeld: true }
  }

  /** False when the time was over, or the caller in a hurry, before the calls were answered. */
  async #drain(drainMs: number, hurry: AbortSignal): Promise<boolean> {
    const { service, clock } = this.#parts
    const drained = service.drain()
    if (hurry.aborted) return false
    const hurried = new Promise<boolean>((resolve) => {
      hurry.addEventListener('abort', () => resolve(false), { once: true })
    })
    return await Promise.race([hurried, within(clock, drainMs, drained)])
  }

  async #close(listener: StageListener): Promise<void> {
    if (!(await within(this.#parts.clock, closeGraceMs, listener.close('drain')))) await listener.close('abort')
  }
}
