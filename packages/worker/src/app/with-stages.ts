import type { AnyStage, Endpoint } from '@redesmyn/core'

/** An endpoint over the stages of these names, in place of those it was made with; each where that one was. */
export function withStages(endpoint: Endpoint, byName: ReadonlyMap<string, AnyStage>): Endpoint {
  const stages = endpoint.stages.map((stage) => {
    const other = byName.get(stage.name) ?? stage
    return stage.medium === undefined ? other : { ...other, medium: stage.medium }
  })
  return Object.freeze({ ...endpoint, stage: stages[0], stages })
}
