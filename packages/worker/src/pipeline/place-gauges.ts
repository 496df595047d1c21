import type { AnyStage } from '@redesmyn/core'
import type { StageGauges } from './stage-stats.ts'

/** Where a stage's rows are run, and how the way there stands. */
export function placeGauges({ medium, wayStats }: AnyStage): Pick<StageGauges, 'placement' | 'way'> {
  return { placement: medium?.placement ?? 'service', way: wayStats?.() }
}
