import { type AnyStage, assertReachable, PipelineError, type Placement } from '@redesmyn/core'
import type { Guarantees } from '../handoff/between.ts'
import { createMedium } from '../handoff/create-medium.ts'
import type { Medium, OpenOptions } from '../handoff/medium.ts'

/** The least that any placement promises. */
const guarantees: Guarantees = Object.freeze({ delivery: 'at-least-once', order: 'none' })

/**
 * The stages behind it run wherever the configuration says for this name: `--place <name>=…`, a profile, or the environment.
 * What is said of one of them by its own name goes before that. Throws CONFIG_INVALID for a name that is none.
 */
export function configured(name: string): Medium {
  if (typeof name !== 'string' || !/^[A-Za-z0-9_.-]+$/.test(name)) {
    const message = `between.configured() takes a name of letters, digits, "_", "." and "-", got "${String(name)}"`
    throw new PipelineError('CONFIG_INVALID', message)
  }
  return createMedium<Placement>({
    placement: 'configured',
    configuredAs: name,
    guarantees,
    open(stages: readonly AnyStage[], options: OpenOptions = {}) {
      for (const stage of stages) assertReachable(stage, 'configured')
      const medium = options.places?.get(name)
      if (medium === undefined || medium.placement === 'configured') throw unplaced(name, stages)
      return medium.open(stages, options)
    },
  })
}

function unplaced(name: string, stages: readonly AnyStage[]): PipelineError {
  const [{ name: stage }] = stages
  return new PipelineError(
    'CONFIG_INVALID',
    `nothing says where stage "${stage}" runs: expected a place such as --place ${name}=service or --place ${name}=host:https://…`,
    { details: { stage } },
  )
}
