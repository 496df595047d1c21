import { PipelineError } from '../errors/pipeline-error.ts'
import type { AnyStage } from '../stage/any-stage.ts'
import type { Placement } from '../stage/placement.ts'

/**
 * Throws BETWEEN_UNSUPPORTED for a stage that cannot be behind a placement, whoever is there. Some of it the compiler
 * refuses, where it knows the types.
 */
export function assertReachable(stage: AnyStage, placement: Placement): void {
  const problem = placement === 'service' ? undefined : problemOf(stage, placement)
  if (problem === undefined) return
  const message = `stage "${stage.name}" does not implement Between<"${placement}">: ${problem}`
  throw new PipelineError('BETWEEN_UNSUPPORTED', message, { details: { stage: stage.name, between: placement } })
}

function problemOf({ input, output, events, config }: AnyStage, placement: Placement): string | undefined {
  if (events !== undefined) return 'it streams its answer, which is done in the process of its caller alone'
  if (config.returns !== 'same') return `it returns "${config.returns}", and a reply has a row for each row`
  if (input === undefined || output === undefined) return 'it does not declare its columns'
  if (config.effects !== 'once') return undefined
  if (placement === 'queue') return 'its effects are "once", and a queue may deliver a batch again'
  return placement === 'configured' ? 'its effects are "once", so it must be known where it runs' : undefined
}
