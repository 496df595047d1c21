import { type AnyStage, assertReachable, PipelineError, type Placement } from '@redesmyn/core'
import type { Guarantees } from '../handoff/between.ts'
import { createMedium } from '../handoff/create-medium.ts'
import type { Medium, OpenOptions } from '../handoff/medium.ts'

/** The least that any placement promises. */
const guarantees: Guarantees = Object.freeze({ delivery: 'at-least-once', order: 'none' })

/**
 * The stage runs wherever the configuration says for this name, which is the stage's: `--place <name>=…`, a profile, or the
 * environment. Throws CONFIG_INVALID for a name that is none.
 */
export function configured(name: string): Medium {
  if (typeof name !== 'string' || !/^[A-Za-z0-9_.-]+$/.test(name)) {
    const message = `between.configured() takes a name of letters, digits, "_", "." and "-", got "${String(name)}"`
    throw new PipelineError('CONFIG_INVALID', message)
  }
  return createMedium<Placement>({
    placement: 'configured',
    guarantees,
    open(stages: readonly AnyStage[], options: OpenOptions = {}) {
      for (const stage of stages) assertReachable(stage, 'configured')
      const medium = options.places?.get(name)
      if (medium === undefined || medium.placement === 'configured') throw unplaced(stages[0]?.name ?? name)
      return medium.open(stages, options)
    },
  })
}

/** Whoever says where a stage runs says it by the name of the stage. */
function unplaced(stage: string): PipelineError {
  return new PipelineError(
    'CONFIG_INVALID',
    `nothing says where stage "${stage}" runs: expected a place such as --place ${stage}=service or --place ${stage}=host:https://…`,
    { details: { stage } },
  )
}
