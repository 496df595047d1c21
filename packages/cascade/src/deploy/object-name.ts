import { basename } from 'node:path'
import { PipelineError } from '@redesmyn/core'
import type { DeployedApp } from './deployed-app.ts'

/** What objects of a cluster and containers can be called: a label of a host name. */
const labelPattern = /^[a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?$/

/** `name` itself, or what the app is called: `daily-trips` of `flow.ts#daily_trips`, `models` of `src/models.ts`. */
export function nameOf(app: DeployedApp, name: string | undefined): string {
  return checkLabel(name ?? labelOf(app.kind === 'made' ? app.selection : basename(app.app).replace(/\..*$/, '')))
}

/** Of what belongs to a thing of that name: `models-score`. Throws CONFIG_INVALID where that is too long. */
export function nameWithin(owner: string, part: string): string {
  return checkLabel(`${owner}-${labelOf(part)}`)
}

/** The text with what a label cannot hold replaced by `-`. */
export function labelOf(text: string): string {
  return text
    .toLowerCase()
    .replace(/[^a-z0-9]+/g, '-')
    .replace(/^-+|-+$/g, '')
}

/** Throws CONFIG_INVALID. */
export function checkLabel(text: string): string {
  if (labelPattern.test(text)) return text
  const message = `a name must be lower-case letters, digits and "-", 63 at most, got "${text}"`
  throw new PipelineError('CONFIG_INVALID', message)
}
