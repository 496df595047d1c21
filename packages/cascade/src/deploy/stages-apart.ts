import { type AnyStage, closestName, PipelineError } from '@redesmyn/core'

interface StageNames {
  /** Stages that are to be apart, whatever the app says. */
  readonly asked: readonly string[]
  /** Of the whole app. */
  readonly known: readonly string[]
}

/** Names of the stages that run outside of the process of their sender, or that were asked for, each once, in order. */
export function findStagesApart(stages: readonly AnyStage[], { asked, known }: StageNames): readonly string[] {
  const names = stages.map(({ name }) => name)
  for (const name of asked) assertKnown(name, names, known)
  // A stage has a medium only where that is another one than its sender's own process.
  const apart = stages.filter(({ name, medium }) => medium !== undefined || asked.includes(name))
  return [...new Set(apart.map(({ name }) => name))]
}

function assertKnown(name: string, deployed: readonly string[], known: readonly string[]): void {
  if (deployed.includes(name)) return
  const closest = closestName(name, deployed)
  const hint = closest === undefined ? `expected one of ${deployed.join(', ')}` : `did you mean "${closest}"?`
  const problem = known.includes(name) ? 'nothing that is deployed goes through' : 'the app has no'
  throw new PipelineError('CONFIG_INVALID', `${problem} stage "${name}", ${hint}`)
}
