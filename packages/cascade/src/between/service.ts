import type { AnyStage } from '@redesmyn/core'
import { createMedium } from '../handoff/create-medium.ts'
import { LocalBetween, localGuarantees } from '../handoff/local-between.ts'
import type { Medium } from '../handoff/medium.ts'

/** The stage behind it runs in the same process and gets the results where they lie: what `.to(stage)` alone means. */
export function service(): Medium<'service'> {
  return medium
}

const medium: Medium<'service'> = Object.freeze({
  ...createMedium({
    placement: 'service',
    guarantees: localGuarantees,
    open: (...call: ConstructorParameters<typeof LocalBetween>) => new LocalBetween(...call),
  }),
  place: (stage: AnyStage) => stage,
})
