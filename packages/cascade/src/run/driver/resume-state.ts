import { type InspectedOutput, inspectOutput } from '../commit/inspect-output.ts'
import type { ResumeState } from '../explain/explained-plan.ts'
import type { PreparedRun } from './prepared-run.ts'

type Planned = Pick<PreparedRun, 'plan' | 'options' | 'shard'>

/** What a run would find in its output's folder. Nothing is written there. */
export function inspectPlanned({ plan, options, shard }: Planned): InspectedOutput {
  const { publish = 'part', restart = false, acceptDrift = false } = options
  return inspectOutput(plan, { publish, restart, acceptDrift, shard, nowMs: Date.now() })
}

export function resumeState(planned: Planned): ResumeState {
  return inspectPlanned(planned).resume
}
