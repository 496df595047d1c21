import { PipelineError } from '../errors/pipeline-error.ts'
import type { AnyStage } from '../stage/any-stage.ts'
import type { Placement } from './placement.ts'

/**
 * Throws BETWEEN_UNSUPPORTED for a stage that cannot be behind a placement, whoever is there. The compiler refuses it where
 * it knows the types.
 */
export function assertReachable(stage: Pick<AnyStage, 'name' | 'events' | 'config'>, placement: Placement): void {
  const problem = problemOf(stage, placement)
  if (problem === undefined) return
  throw new PipelineError('BETWEEN_UNSUPPORTED', `stage "${stage.name}" does not implement Between<"${placement}">: ${problem}`, {
    details: { stage: stage.name, between: placement },
  })
}

function problemOf({ events, config }: Pick<AnyStage, 'events' | 'config'>, placement: Placement): string | undefined {
  if (placement === 'service') return undefined
  if (events !== undefined) return 'it streams its answer, which is done in the process of its caller alone'
  if (config.effects !== 'once') return undefined
  if (placement === 'queue') return 'its effects are "once", and a queue may deliver a batch again'
  return placement === 'configured' ? 'its effects are "once", so where it runs must be known' : undefined
}
