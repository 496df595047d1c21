import { type AnyStage, assertReachable, PipelineError, type Placement } from '@redesmyn/core'
import type { Guarantees } from '../handoff/between.ts'
import { createMedium } from '../handoff/create-medium.ts'
import type { Medium, OpenOptions } from '../handoff/medium.ts'

/** The least that any placement promises. */
const guarantees: Guarantees = Object.freeze({ delivery: 'at-least-once', order: 'none' })

/**
 * The stage runs wherever the configuration says for this name: `--place <name>=…`, a profile, or the environment. Throws
 * CONFIG_INVALID for a name that is none.
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
      return mediumOf(name, options.places).open(stages, options)
    },
  })
}

function mediumOf(name: string, places: ReadonlyMap<string, Medium<Placement>> | undefined): Medium {
  const medium = places?.get(name)
  if (medium !== undefined && medium.placement !== 'configured') return medium
  throw new PipelineError(
    'CONFIG_INVALID',
    `nothing says where "${name}" runs: expected a place such as --place ${name}=service or --place ${name}=host:https://…`,
    { details: { place: name } },
  )
}
