import type { Endpoint, ModelRef } from '@redesmyn/core'
import type { ModelCatalogue } from '../model/model-catalogue.ts'
import type { RunningStage } from '../pipeline/running-stage.ts'

/** One model of an endpoint as `/admin/models` shows it. */
export interface ServedModel {
  readonly endpoint: string
  readonly stage: string
  readonly key: string
  readonly version: string
  readonly byteLength: number
  /** `known`: found in the store, and in no thread. */
  readonly state: 'ready' | 'loading' | 'known'
  /** Threads that hold this version, by number. */
  readonly slots: readonly number[]
}

/** The models of one endpoint: what its store is known to have, and which threads hold it. */
export class ServedModels {
  readonly #endpoint: Endpoint
  readonly #catalogue: ModelCatalogue
  readonly #stage: RunningStage

  constructor(endpoint: Endpoint, catalogue: ModelCatalogue, stage: RunningStage) {
    this.#endpoint = endpoint
    this.#catalogue = catalogue
    this.#stage = stage
  }

  list(): readonly ServedModel[] {
    return this.#catalogue.known().map((model) => this.#describe(model))
  }

  /** Asks the store for newer versions of all that is known: they are loaded when rows ask for them. */
  refresh(): Promise<void> {
    return this.#catalogue.refreshKnown()
  }

  #describe({ key, version, byteLength }: ModelRef): ServedModel {
    const holdings = this.#stage.holdings().filter(({ model }) => model.key === key && model.version === version)
    const slots = holdings.filter(({ state }) => state === 'ready').map(({ slot }) => slot)
    const state = slots.length > 0 ? 'ready' : holdings.length > 0 ? 'loading' : 'known'
    return { endpoint: this.#endpoint.path, stage: this.#stage.name, key, version, byteLength, state, slots }
  }
}
