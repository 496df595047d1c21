import { PipelineError } from '@redesmyn/core'
import { bundleApp } from '../app/bundle-app.ts'
import { loadApp } from '../app/load-app.ts'
import { emit } from '../observe/event-table.ts'
import type { RunningStage } from '../pipeline/running-stage.ts'
import { appContract, contractChanges } from './app-contract.ts'
import type { ServerScope } from './server-scope.ts'

/** Replaces all threads of a server, one after another, with the app as its files are now. */
export class RollingRestart {
  readonly #scope: ServerScope
  readonly #stages: readonly RunningStage[]
  #running: Promise<void> | undefined
  #next: Promise<void> | undefined

  constructor(scope: ServerScope, stages: readonly RunningStage[]) {
    this.#scope = scope
    this.#stages = stages
  }

  /** One at a time; what is asked for meanwhile is one more, for files may have changed again. */
  run(): Promise<void> {
    if (this.#running === undefined) return this.#begin()
    this.#next ??= this.#running
      .catch(() => undefined)
      .then(() => {
        this.#next = undefined
        return this.#begin()
      })
    return this.#next
  }

  #begin(): Promise<void> {
    this.#running = this.#restart().finally(() => {
      this.#running = undefined
    })
    return this.#running
  }

  async #restart(): Promise<void> {
    const { clock, log, bundle } = this.#scope
    const startedAtMs = clock.now()
    emit(log, 'restarting', { app: bundle.sourcePath })
    try {
      const fresh = await bundleApp(bundle.sourcePath)
      if (fresh.hash !== bundle.hash) await this.#assertFits(fresh.url)
      for (const stage of this.#stages) await stage.restart(fresh.url)
      const restartMs = Math.round(clock.now() - startedAtMs)
      emit(log, 'restarted', { restartMs, isChanged: fresh.hash !== bundle.hash })
    } catch (err) {
      emit(log, 'restartFailed', { err })
      throw err
    }
  }

  /** Throws CONFIG_INVALID naming what is not as it was when the server started. */
  async #assertFits(url: string): Promise<void> {
    const changes = contractChanges(appContract(this.#scope.app), appContract(await loadApp(url)))
    if (changes.length === 0) return
    const message = `the schemas or options of ${changes.join(', ')} have changed: that takes a new server`
    throw new PipelineError('CONFIG_INVALID', message, { details: { changes } })
  }
}
