import { PipelineError } from '@redesmyn/core'

/** `flow.ts#scored`: an app module, and an asset of it where one is named. */
export interface AppTarget {
  readonly app: string
  readonly asset: string | undefined
}

/** Throws CONFIG_INVALID where one of the two is left out at a `#`. */
export function parseAppTarget(target: string): AppTarget {
  const at = target.lastIndexOf('#')
  if (at === -1) return { app: target, asset: undefined }
  if (at > 0 && at < target.length - 1) return { app: target.slice(0, at), asset: target.slice(at + 1) }
  const missing = at === 0 ? 'a module before' : 'an asset behind'
  throw new PipelineError('CONFIG_INVALID', `expected ${missing} "#", as in flow.ts#scored, got "${target}"`)
}
