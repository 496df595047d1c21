import type { AnyStage } from '@redesmyn/core'
import { LocalBetween, localGuarantees } from './local-between.ts'
import { createMedium } from './create-medium.ts'
import type { Medium } from './medium.ts'

/** The placements that a handoff can go over. */
export const between = Object.freeze({
  /** The stage behind it runs in the same process and gets the results where they lie: what `.to(stage)` alone means. */
  service: (): Medium<'service'> => service,
})

const service: Medium<'service'> = Object.freeze({
  ...createMedium({
    placement: 'service',
    guarantees: localGuarantees,
    open: (...call: ConstructorParameters<typeof LocalBetween>) => new LocalBetween(...call),
  }),
  place: (stage: AnyStage) => stage,
})
