import type { AnyAsset, AnySource } from './any-asset.ts'

/** What an asset is made of, by the key under which it takes it; the one input of a pipeline has the key `input`. */
export function inputsOf(asset: AnyAsset): readonly (readonly [key: string, input: AnySource | AnyAsset])[] {
  return asset.kind === 'pipeline' ? [['input', asset.input]] : Object.entries(asset.inputs)
}

/** The assets that have to be made before this one. */
export function upstreamOf(asset: AnyAsset): readonly AnyAsset[] {
  return inputsOf(asset).flatMap(([, input]) => (input['~kind'] === 'asset' ? [input] : []))
}
