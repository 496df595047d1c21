import type { AnyStage } from '@redesmyn/core'

/** What of an asset matters to a thread: the stages that its rows go through, and what it is made from. */
interface StagedAsset {
  readonly '~kind': 'asset'
  readonly stages?: readonly AnyStage[]
  /** A function where two modules import each other. */
  readonly input?: unknown
  readonly inputs?: Readonly<Record<string, unknown>>
}

/** The stages of an asset and of all that it is made from: threads find them by name, like those of endpoints. */
export function stagesOfAsset(value: unknown): readonly AnyStage[] {
  const seen = new Set<unknown>()
  const visit = (reference: unknown): readonly AnyStage[] => {
    const asset: unknown = isReference(reference) ? reference() : reference
    // Assets that are made of each other are refused elsewhere, with a message that draws the circle.
    if (!isAsset(asset) || seen.has(asset)) return []
    seen.add(asset)
    const { stages = [], input, inputs = {} } = asset
    return [...[input, ...Object.values(inputs)].flatMap(visit), ...stages]
  }
  return isAsset(value) ? visit(value) : []
}

function isReference(value: unknown): value is () => unknown {
  return typeof value === 'function'
}

function isAsset(value: unknown): value is StagedAsset {
  return typeof value === 'object' && value !== null && '~kind' in value && value['~kind'] === 'asset'
}
