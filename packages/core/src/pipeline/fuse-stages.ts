import { ChainCall } from '../handler/chain-call.ts'
import type { AnyHandler } from '../handler/handler.ts'
import { typedHandler } from '../handler/typed-handler.ts'
import type { RecordSchema } from '../schema/record-schema.ts'
import type { AnyStage } from '../stage/any-stage.ts'

/** Options that give a stage a place of its own; without any of them it runs in the call of the stage before it. */
const placing = ['threads', 'isolation', 'env', 'maxHeapMiB', 'concurrency', 'recycle', 'affinity'] as const

type Pipelines = readonly (readonly AnyStage[])[]
type DeclaredStage = AnyStage & { readonly input: RecordSchema; readonly output: RecordSchema }

/**
 * The stages that run in one call with the stage before them, by that first stage's name: those that say nothing about
 * where they run and give as many rows as they take, as long as the same stages stand side by side in every pipeline that has one of them. `apart` are
 * names of stages that stay alone, for instance because they take a model.
 */
export function fusedStages(
  pipelines: Pipelines,
  apart: ReadonlySet<string>,
): ReadonlyMap<string, readonly AnyStage[]> {
  const fused = new Map<string, readonly AnyStage[]>()
  for (const stages of pipelines) {
    for (let index = 0; index < stages.length; ) {
      const followers = followersOf(stages, index, (before, stage) => {
        return !apart.has(before.name) && !apart.has(stage.name) && runsWith(before, stage, pipelines)
      })
      if (followers.length > 0) fused.set(stages[index].name, followers)
      index += 1 + followers.length
    }
  }
  return fused
}

/**
 * One stage that does what several do, one after the other in one call: with the name and the options of the first, and
 * with what any of them needs.
 */
export function fuse(head: AnyStage, followers: readonly AnyStage[]): AnyStage {
  const group = [head, ...followers].filter(isDeclared)
  if (followers.length === 0 || group.length <= followers.length) return head
  const links = group.map(({ input, output, handler }) => typedHandler(handler, { input, output, starting: [handler] }))
  const { output } = group[group.length - 1]
  const run: AnyHandler = (batch, context) => new ChainCall(links, batch, context).run()
  const handler = typedHandler(run, { input: group[0].input, output, starting: links })
  const { name, input, events, declared } = head
  const config = { ...head.config, needs: [...new Set(group.flatMap((stage) => stage.config.needs))] }
  return { '~kind': 'stage', name, input, output, events, handler, config, declared }
}

function followersOf(
  stages: readonly AnyStage[],
  first: number,
  runsWithBefore: (before: AnyStage, stage: AnyStage) => boolean,
): readonly AnyStage[] {
  let end = first + 1
  while (end < stages.length && runsWithBefore(stages[end - 1], stages[end])) end++
  return stages.slice(first + 1, end)
}

function runsWith(before: AnyStage, stage: AnyStage, pipelines: Pipelines): boolean {
  if (before.medium !== undefined || stage.medium !== undefined) return false
  if (placing.some((option) => stage.declared[option] !== undefined)) return false
  // Its rows come apart before it, so batches of the stage before are not its own.
  if (stage.config.partitionBy !== undefined || stage.config.batchKey !== undefined) return false
  if (before.config.returns !== 'same' || stage.config.returns !== 'same') return false
  return (
    isDeclared(before) && isDeclared(stage) && stage.events === undefined && areNeighbours(before, stage, pipelines)
  )
}

/** What lies between fused stages is memory of the call's own, which needs the schemas. */
function isDeclared(stage: AnyStage): stage is DeclaredStage {
  return stage.input !== undefined && stage.output !== undefined
}

/** In all pipelines, or one of them would have to run without the other. */
function areNeighbours(before: AnyStage, after: AnyStage, pipelines: Pipelines): boolean {
  return pipelines.every((stages) => {
    const names = stages.map(({ name }) => name)
    const place = names.indexOf(before.name)
    return place < 0 ? !names.includes(after.name) : names[place + 1] === after.name
  })
}
