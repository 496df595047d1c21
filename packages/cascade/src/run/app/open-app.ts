import type { StageOverride } from '@redesmyn/core'
import { type BundledApp, bundleApp, type LoadedApp, loadApp, type StagePlace, withPlaces } from '@redesmyn/worker'
import { readPlace } from '../../between/read-place.ts'
import type { AnyAsset } from '../../graph/any-asset.ts'
import { importAssets } from '../../graph/import-assets.ts'

/** An app module, bundled and loaded once for a whole command. */
export interface OpenedApp {
  readonly bundled: BundledApp
  readonly loaded: LoadedApp
  readonly overrides: readonly StageOverride[]
  readonly assets: ReadonlyMap<string, AnyAsset>
}

export interface AppRequest {
  /** The module. */
  readonly app: string
  readonly stages: readonly StageOverride[]
  /** Where stages run, in place of what the app says. */
  readonly places: readonly StagePlace[]
}

/** Throws CONFIG_INVALID for a module that cannot be used, GRAPH_CYCLE for assets that are made of each other. */
export async function openApp({ app, stages: overrides, places }: AppRequest): Promise<OpenedApp> {
  const bundled = await bundleApp(app)
  const loaded = withPlaces(await loadApp(bundled.url, overrides), places, readPlace)
  const { assets } = await importAssets(bundled.url)
  return { bundled, loaded, overrides, assets }
}
