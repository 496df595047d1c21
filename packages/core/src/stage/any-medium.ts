import type { AnyStage } from './any-stage.ts'
import type { Placement } from './placement.ts'

/** What takes a stage's rows to where they are run, without its types: what the runtime works with. */
export interface AnyMedium {
  readonly '~kind': 'medium'
  readonly placement: Placement
  /** Of a placement that the configuration says: the name by which it does, beside those of stages. */
  readonly configuredAs?: string
  /** Batches that are on their way at once, of each stage. */
  readonly maxCalls: number
  /**
   * The stage as it works in the process of whoever sends it rows: with the same name, columns and batches, and a handler
   * that has them run elsewhere. For `service` the stage itself. Throws BETWEEN_UNSUPPORTED for a stage that cannot be
   * elsewhere, and CONFIG_INVALID.
   */
  place(stage: AnyStage): AnyStage
}

/** By the stages' names. */
export type Media = ReadonlyMap<string, AnyMedium>

/** The same stage, to be run over this medium and no other. */
export function overMedium(stage: AnyStage, medium: AnyMedium): AnyStage {
  const { medium: _before, ...here } = stage
  return medium.placement === 'service' ? here : { ...here, medium }
}

/** The stage where its medium has it run; one without a medium is where its sender is. */
export function placed(stage: AnyStage): AnyStage {
  return stage.medium?.place(stage) ?? stage
}
