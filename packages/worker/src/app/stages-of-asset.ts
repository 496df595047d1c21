import type { AnyStage } from '@redesmyn/core'

/** What of an asset matters to a thread: the stages that its rows go through, and the assets that it is made from. */
interface StagedAsset {
  readonly '~kind': 'asset'
  readonly kind: 'pipeline' | 'frame'
  readonly stages?: readonly AnyStage[]
  readonly input?: unknown
  readonly inputs?: Readonly<Record<string, unknown>>
}

/** The stages of an asset and of all that it is made from: threads find them by name, like those of endpoints. */
export function stagesOfAsset(value: unknown): readonly AnyStage[] {
  if (!isAsset(value)) return []
  const { stages = [], input, inputs = {} } = value
  return [...[input, ...Object.values(inputs)].flatMap(stagesOfAsset), ...stages]
}

function isAsset(value: unknown): value is StagedAsset {
  return typeof value === 'object' && value !== null && '~kind' in value && value['~kind'] === 'asset'
}
