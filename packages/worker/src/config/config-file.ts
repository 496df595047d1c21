import { readFileSync } from 'node:fs'
import { createRequire } from 'node:module'
import { basename, dirname, resolve } from 'node:path'
import { closestName, PipelineError, type StageOverride } from '@redesmyn/core'
import { isMapping, type Mapping } from './mapping.ts'
import { isOptionName, type OptionName, optionNames } from './option-table.ts'
import { takeProfile } from './profile.ts'
import { readSidecars, type SidecarSpec } from './sidecar-spec.ts'
import { readStagePlaces, type StagePlace } from './stage-places.ts'
import { readStageOverrides } from './stage-settings.ts'

/** What a configuration file says. Values of options are as written: they are checked where they are used. */
export interface ConfigFile {
  readonly path: string
  /** Its name without the folder, for messages. */
  readonly name: string
  readonly options: { readonly [Name in OptionName]?: unknown }
  /** The profile that was asked for; undefined: none. Its settings win over those of the whole file. */
  readonly profile: string | undefined
  /** The key of an option of the server or of a run, for messages: `cascade.config.yaml: profiles.split.port`. */
  keyOf(name: string, section?: 'run'): string
  /** In order: a later one wins. */
  readonly places: readonly StagePlace[]
  readonly stages: readonly StageOverride[]
  readonly sidecars: readonly SidecarSpec[]
  /** Options of `cascade run` by name, as written: they are checked where they are used. */
  readonly run: Mapping
}

/** What a file may hold beside the options of the server. */
const sections = ['place', 'stages', 'sidecars', 'run', 'profiles'] as const

/** Reads YAML or JSON, with a profile of it where one is named. Throws CONFIG_INVALID naming the file, and the line or the key. */
export function readConfigFile(path: string, profileName?: string): ConfigFile {
  const name = basename(path)
  const { content, profile } = takeProfile(parse(readText(path), name), profileName, name)
  const { sidecars, ...own } = readSettings(content, name, `${name}: `)
  const over = readSettings(profile, name, `${name}: profiles.${profileName}.`)
  if (over.sidecars !== undefined) throw onlyOutside('sidecars', name)
  return Object.freeze({
    path: resolve(path),
    name,
    options: { ...own.options, ...over.options },
    profile: profileName,
    keyOf(key: string, section?: 'run') {
      const from = section === undefined ? over.options : over.run
      const prefix = Object.hasOwn(from, key) ? `profiles.${profileName}.` : ''
      return `${name}: ${prefix}${section === undefined ? '' : `${section}.`}${key}`
    },
    places: [...own.places, ...over.places],
    stages: [...own.stages, ...over.stages],
    sidecars: readSidecars(sidecars, `${name}: sidecars`, dirname(resolve(path))),
    run: { ...own.run, ...over.run },
  })
}

interface Settings extends Pick<ConfigFile, 'options' | 'places' | 'stages' | 'run'> {
  /** As written. */
  readonly sidecars: unknown
}

/** `place`: of the mapping that is read, as messages name it. */
function readSettings(given: Mapping, file: string, place: string): Settings {
  const { place: places, stages, sidecars, run, ...options } = given
  for (const key of Object.keys(options)) assertOption(key, file)
  return {
    options,
    places: readStagePlaces(places, `${place}place`),
    stages: readStageOverrides(stages, `${place}stages`),
    run: readRunOptions(run, `${place}run`),
    sidecars,
  }
}

function onlyOutside(key: string, file: string): PipelineError {
  return new PipelineError('CONFIG_INVALID', `${file}: ${key} are of the whole file, no profile can have its own`)
}

function readRunOptions(given: unknown, place: string): Mapping {
  if (given === undefined) return {}
  if (isMapping(given)) return given
  throw new PipelineError('CONFIG_INVALID', `${place} must be options by name, got ${JSON.stringify(given)}`)
}

function readText(path: string): string {
  try {
    return readFileSync(path, 'utf8')
  } catch (cause) {
    throw new PipelineError('CONFIG_INVALID', `there is no configuration file "${path}"`, { cause })
  }
}

/** JSON is YAML too, and this way a mistake in either is told with its line. */
function parse(text: string, name: string): Mapping {
  // Loaded here and not above: every thread imports this module with its app, and most servers have no such file.
  const require = createRequire(import.meta.url)
  const yaml: typeof import('yaml') = require('yaml')
  let content: unknown
  try {
    content = yaml.parse(text, { prettyErrors: true })
  } catch (cause) {
    const [reason] = cause instanceof Error ? cause.message.split(/:?\n/) : [String(cause)]
    throw new PipelineError('CONFIG_INVALID', `${name} cannot be read: ${reason}`, { cause })
  }
  if (content === null || content === undefined) return {}
  if (isMapping(content)) return content
  throw new PipelineError('CONFIG_INVALID', `${name} must hold options by name, got ${JSON.stringify(content)}`)
}

function assertOption(key: string, file: string): void {
  if (key === 'config' || key === 'profile') {
    const other = key === 'config' ? 'another one' : 'the profile that is used'
    throw new PipelineError('CONFIG_INVALID', `${file}: a configuration file cannot name ${other}`)
  }
  if (isOptionName(key)) return
  const closest = closestName(key, [
    ...optionNames.filter((name) => name !== 'config' && name !== 'profile'),
    ...sections,
  ])
  const hint = closest === undefined ? 'cascade serve --help lists them all' : `did you mean "${closest}"?`
  throw new PipelineError('CONFIG_INVALID', `${file}: "${key}" is not an option of the server, ${hint}`)
}
