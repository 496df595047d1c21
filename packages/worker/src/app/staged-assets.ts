import type { AnyStage, ModelCache } from '@redesmyn/core'

/** What of an asset matters to a thread: the stages that its rows go through, their models, and what it is made from. */
export interface StagedAsset {
  readonly '~kind': 'asset'
  readonly stages?: readonly AnyStage[]
  readonly models?: ModelCache<unknown> | undefined
  /** A function where two modules import each other. */
  readonly input?: unknown
  readonly inputs?: Readonly<Record<string, unknown>>
}

/** An asset and all that it is made from, those first: threads find their stages by name, like those of endpoints. */
export function assetsBehind(value: unknown): readonly StagedAsset[] {
  const seen = new Set<unknown>()
  const visit = (reference: unknown): readonly StagedAsset[] => {
    const asset: unknown = isReference(reference) ? reference() : reference
    // Assets that are made of each other are refused elsewhere, with a message that draws the circle.
    if (!isAsset(asset) || seen.has(asset)) return []
    seen.add(asset)
    const { input, inputs = {} } = asset
    return [...[input, ...Object.values(inputs)].flatMap(visit), asset]
  }
  return isAsset(value) ? visit(value) : []
}

function isReference(value: unknown): value is () => unknown {
  return typeof value === 'function'
}

function isAsset(value: unknown): value is StagedAsset {
  return typeof value === 'object' && value !== null && '~kind' in value && value['~kind'] === 'asset'
}
