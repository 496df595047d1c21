import { type AnyStage, closestName, PipelineError, type Placement } from '@redesmyn/core'

/** Stages one behind the other, and how each is reached. */
interface Road {
  readonly stages: readonly AnyStage[]
  readonly placements: readonly Placement[]
}

interface StageNames {
  /** Stages that are to be apart, whatever the app says. */
  readonly asked: readonly string[]
  /** Of the whole app. */
  readonly known: readonly string[]
}

/** Names of the stages that some road reaches outside of its own process, or that were asked for, in the roads' order. */
export function findStagesApart(roads: readonly Road[], { asked, known }: StageNames): readonly string[] {
  const names = roads.flatMap(({ stages }) => stages.map(({ name }) => name))
  for (const name of asked) assertKnown(name, names, known)
  const placed = roads.flatMap(({ stages, placements }) =>
    stages.filter((_, index) => placements[index] !== 'service').map(({ name }) => name),
  )
  return [...new Set(names)].filter((name) => placed.includes(name) || asked.includes(name))
}

function assertKnown(name: string, deployed: readonly string[], known: readonly string[]): void {
  if (deployed.includes(name)) return
  const closest = closestName(name, deployed)
  const hint = closest === undefined ? `expected one of ${deployed.join(', ')}` : `did you mean "${closest}"?`
  const problem = known.includes(name) ? 'nothing that is deployed goes through' : 'the app has no'
  throw new PipelineError('CONFIG_INVALID', `${problem} stage "${name}", ${hint}`)
}
