import { isDoneWithin } from '@redesmyn/core'
import {
  closeGraceMs,
  type DrainOptions,
  endGraceMs,
  endServing,
  type ServerCompanions,
  type StopReport,
} from '@redesmyn/worker'
import type { RunningStageService } from './running-stage-service.ts'
import type { StageListener } from './stage-listener.ts'

export interface RunningStageServerParts extends ServerCompanions {
  readonly service: RunningStageService
  readonly listeners: readonly StageListener[]
  /** Where nothing else is said. */
  readonly drainMs: number
}

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
    const work = { drain: () => this.#parts.service.drain(), end: () => this.#end() }
    return await endServing(work, this.#parts, { drainMs, hurry })
  }

  async #end(): Promise<boolean> {
    const { service, listeners, clock } = this.#parts
    const freed = isDoneWithin(service.stop(), { clock, ms: endGraceMs })
    await Promise.all(listeners.map((listener) => this.#close(listener)))
    return await freed
  }

  async #close(listener: StageListener): Promise<void> {
    const { clock } = this.#parts
    if (!(await isDoneWithin(listener.close('drain'), { clock, ms: closeGraceMs }))) await listener.close('abort')
  }
}
