import type { Endpoint } from '@redesmyn/core'
import type { ModelCatalogue } from '../model/model-catalogue.ts'
import type { ModelView } from '../model/model-view.ts'

/** One model of an endpoint as `/admin/models` shows it. */
export interface ServedModel extends ModelView {
  readonly endpoint: string
  /** The stage whose handler takes it. */
  readonly stage: string | undefined
}

/** The models of one endpoint: what its store is known to have, and how each stands. */
export class ServedModels {
  readonly #endpoint: Endpoint
  readonly #catalogue: ModelCatalogue

  constructor(endpoint: Endpoint, catalogue: ModelCatalogue) {
    this.#endpoint = endpoint
    this.#catalogue = catalogue
  }

  list(): readonly ServedModel[] {
    const { path: endpoint, modelStage: stage } = this.#endpoint
    return this.#catalogue.list().map((model) => ({ endpoint, stage, ...model }))
  }

  /** Asks the store for newer versions of all that is known; they are loaded while the old ones serve. */
  refresh(): Promise<void> {
    return this.#catalogue.refresh()
  }
}
