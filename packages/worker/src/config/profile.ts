import { closestName, PipelineError } from '@redesmyn/core'
import { isMapping, type Mapping } from './mapping.ts'

/** What a configuration file holds, and what one of its profiles holds over that. */
export interface ProfiledContent {
  readonly content: Mapping
  /** Empty where no profile was asked for. */
  readonly profile: Mapping
}

/** Takes the profile of a name out of a file's content. Throws CONFIG_INVALID naming the profiles there are. */
export function takeProfile(given: Mapping, name: string | undefined, file: string): ProfiledContent {
  const { profiles = {}, ...content } = given
  if (!isMapping(profiles)) {
    throw new PipelineError('CONFIG_INVALID', `${file}: profiles must be settings by name, got ${String(profiles)}`)
  }
  if (name === undefined) return { content, profile: {} }
  const profile = Object.hasOwn(profiles, name) ? profiles[name] : undefined
  if (isMapping(profile)) return { content, profile }
  throw new PipelineError('CONFIG_INVALID', `${file} has no profile "${name}", ${hintFor(name, Object.keys(profiles))}`)
}

function hintFor(name: string, names: readonly string[]): string {
  if (names.length === 0) return 'and no profiles at all: write profiles: with settings by name'
  const closest = closestName(name, names)
  return closest === undefined ? `expected ${names.join(', ')}` : `did you mean "${closest}"?`
}
