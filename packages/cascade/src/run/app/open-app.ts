import type { StageOverride } from '@redesmyn/core'
import { type BundledApp, bundleApp, type LoadedApp, loadApp } from '@redesmyn/worker'
import type { AnyAsset } from '../../graph/any-asset.ts'
import { importAssets } from './import-assets.ts'

/** An app module, bundled and loaded once for a whole command. */
export interface OpenedApp {
  readonly bundled: BundledApp
  readonly loaded: LoadedApp
  readonly overrides: readonly StageOverride[]
  readonly assets: ReadonlyMap<string, AnyAsset>
}

/** Throws CONFIG_INVALID for a module that cannot be used, GRAPH_CYCLE for assets that are made of each other. */
export async function openApp(app: string, overrides: readonly StageOverride[]): Promise<OpenedApp> {
  const bundled = await bundleApp(app)
  const loaded = await loadApp(bundled.url, overrides)
  const { assets } = await importAssets(bundled.url)
  return { bundled, loaded, overrides, assets }
}
