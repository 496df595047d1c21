import { existsSync } from 'node:fs'
import { join } from 'node:path'
import type { Cancel, Clock, PipelineError } from '@redesmyn/core'
import type { DurableFiles } from './durable-files.ts'
import { type Epoch, epochPath, readEpochs, renewMs, takenOver } from './epoch.ts'
import type { OutputPaths } from './output-paths.ts'

export interface LeaseParts {
  readonly paths: OutputPaths
  readonly files: DurableFiles
  readonly clock: Clock
  readonly epoch: Epoch
  /** Called once, when another run has taken over. */
  readonly onLost: (error: PipelineError) => void
}

/** Says every five seconds that this run lives, and notices when another has taken its place. */
export class EpochLease {
  readonly #parts: LeaseParts
  #cancel: Cancel | undefined
  #renewal: Promise<void> = Promise.resolve()
  #isStopped = false

  constructor(parts: LeaseParts) {
    this.#parts = parts
    this.#schedule()
  }

  async stop(): Promise<void> {
    this.#isStopped = true
    this.#cancel?.()
    await this.#renewal
  }

  #schedule(): void {
    if (this.#isStopped) return
    this.#cancel = this.#parts.clock.after(renewMs, () => {
      this.#renewal = this.#renew()
    })
  }

  async #renew(): Promise<void> {
    const { paths, files, epoch, onLost } = this.#parts
    // A renewal that fails while the output is still ours is made up for by the next one.
    await files.renew(epochPath(paths.epochs, epoch.epoch)).catch(() => undefined)
    const error = this.#isStopped ? undefined : lostPlace(paths, epoch)
    if (error === undefined) return this.#schedule()
    this.#isStopped = true
    onLost(error)
  }
}

/** By the folder that whoever takes over takes away first. */
export function lostPlace(paths: OutputPaths, epoch: Epoch): PipelineError | undefined {
  if (existsSync(join(paths.attempts, epoch.token))) return undefined
  return takenOver(paths.folder, epoch.epoch, readEpochs(paths.epochs).at(-1))
}
