import { inspectOutput } from '../commit/inspect-output.ts'
import type { ResumeState } from '../explain/explained-plan.ts'
import type { PreparedRun } from './prepared-run.ts'

/** What a run would find in its output's folder. Nothing is written there. */
export function resumeState({ plan, options, shard }: PreparedRun): ResumeState {
  const { publish = 'part', restart = false, acceptDrift = false } = options
  return inspectOutput(plan, { publish, restart, acceptDrift, shard, nowMs: Date.now() }).resume
}
