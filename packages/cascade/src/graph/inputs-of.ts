import type { AnyAsset, AnySource } from './any-asset.ts'

/** What an asset is made of. */
export function inputsOf(asset: AnyAsset): readonly (AnySource | AnyAsset)[] {
  return asset.kind === 'pipeline' ? [asset.input] : Object.values(asset.inputs)
}

/** The assets that have to be made before this one. */
export function upstreamOf(asset: AnyAsset): readonly AnyAsset[] {
  return inputsOf(asset).filter((input) => input['~kind'] === 'asset')
}

/** All that has to be made before it, however far up. */
export function ancestorsOf(asset: AnyAsset): ReadonlySet<AnyAsset> {
  const found = new Set<AnyAsset>()
  const open = [...upstreamOf(asset)]
  for (let next = open.pop(); next !== undefined; next = open.pop()) {
    if (found.has(next)) continue
    found.add(next)
    open.push(...upstreamOf(next))
  }
  return found
}
