import type { AnyStage, Endpoint } from '@redesmyn/core'

/** An endpoint over the stages of these names, in place of those it was made with. */
export function withStages(endpoint: Endpoint, byName: ReadonlyMap<string, AnyStage>): Endpoint {
  const stages = endpoint.stages.map((stage) => byName.get(stage.name) ?? stage)
  return Object.freeze({ ...endpoint, stage: stages[0], stages })
}
