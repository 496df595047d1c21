import type { ModelCache, ModelRef } from '@redesmyn/core'

/** The models of a run, as its author declares them. */
export interface RunModels {
  /** Of the asset: threads find it by its number among the app's. */
  readonly cache: ModelCache<unknown>
  /** See `LoadedApp.assetModels`. */
  readonly number: number
  /** Name of the stage whose handler takes the model. */
  readonly stage: string
}

/** From what rows have in common to the model that their stage is given. */
export interface ModelResolver {
  /** Name of the stage whose handler takes the model. */
  readonly stage: string
  /** See `ModelCatalogue.resolve`. */
  resolve(params: Readonly<Record<string, string>>): ModelRef | Promise<ModelRef>
}
