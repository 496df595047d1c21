import { type Cancel, PipelineError } from '@redesmyn/core'
import type { CommandIo } from '../command-io.ts'

export interface RunSignal {
  readonly signal: AbortSignal
  readonly release: Cancel
}

/**
 * The first SIGINT or SIGTERM aborts the run, which gives up the parts in work and can be resumed; the second ends the
 * process at once.
 */
export function runSignal(io: CommandIo, tell: (text: string) => void): RunSignal {
  const controller = new AbortController()
  const release = io.onStopSignal((name) => {
    if (controller.signal.aborted) {
      tell(`${name} again: it ends here; committed parts are kept.`)
      return io.abandon()
    }
    tell(`${name}: the run stops; committed parts are kept. Once more ends it at once.`)
    controller.abort(new PipelineError('RUN_INTERRUPTED', `the run was interrupted by ${name}`))
  })
  return { signal: controller.signal, release }
}
