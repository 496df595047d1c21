import type { Compile } from '@redesmyn/core'
import type { AnyAsset } from '../../graph/any-asset.ts'
import { findAssets } from '../../graph/find-assets.ts'

export interface ImportedAssets {
  /** By name, each behind all that it is made of. */
  readonly assets: ReadonlyMap<string, AnyAsset>
  /** TypeBox's compiler of the version that made the app's schemas. */
  readonly compile: Compile
}

/** What the entry of a bundle exports. */
interface AppBundle {
  readonly app: Readonly<Record<string, unknown>>
  readonly compile: Compile
}

/** The assets of a bundled app. What a module throws while it is loaded is told by `loadApp`, which comes first. */
export async function importAssets(url: string): Promise<ImportedAssets> {
  const { app, compile }: AppBundle = await import(url)
  return { assets: findAssets(app), compile }
}
