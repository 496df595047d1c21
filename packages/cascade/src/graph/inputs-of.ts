import type { AnyAsset, AnySource } from './any-asset.ts'

/** What an asset is made of, by the key under which it takes it; the one input of a pipeline has the key `input`. */
export function inputsOf(asset: AnyAsset): readonly (readonly [key: string, input: AnySource | AnyAsset])[] {
  return asset.kind === 'pipeline' ? [['input', asset.input]] : Object.entries(asset.inputs)
}

/** The assets that have to be made before this one. */
export function upstreamOf(asset: AnyAsset): readonly AnyAsset[] {
  return inputsOf(asset).flatMap(([, input]) => (input['~kind'] === 'asset' ? [input] : []))
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
