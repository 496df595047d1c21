import { readFileSync } from 'node:fs'
import { createRequire } from 'node:module'
import { basename, dirname, resolve } from 'node:path'
import { closestName, PipelineError, type StageOverride } from '@redesmyn/core'
import { isMapping, type Mapping } from './mapping.ts'
import { isOptionName, type OptionName, optionNames } from './option-table.ts'
import { readSidecars, type SidecarSpec } from './sidecar-spec.ts'
import { readStageOverrides } from './stage-settings.ts'

/** What a configuration file says. Values of options are as written: they are checked where they are used. */
export interface ConfigFile {
  readonly path: string
  /** Its name without the folder, for messages. */
  readonly name: string
  readonly options: { readonly [Name in OptionName]?: unknown }
  readonly stages: readonly StageOverride[]
  readonly sidecars: readonly SidecarSpec[]
  /** Options of `cascade run` by name, as written: they are checked where they are used. */
  readonly run: Mapping
}

/** What a file may hold beside the options of the server. */
const sections = ['stages', 'sidecars', 'run'] as const

/** Reads YAML or JSON. Throws CONFIG_INVALID naming the file, and the line or the key. */
export function readConfigFile(path: string): ConfigFile {
  const name = basename(path)
  const content = parse(readText(path), name)
  const { stages, sidecars, run, ...options } = content
  for (const key of Object.keys(options)) assertOption(key, name)
  return Object.freeze({
    path: resolve(path),
    name,
    options,
    stages: readStageOverrides(stages, `${name}: stages`),
    sidecars: readSidecars(sidecars, `${name}: sidecars`, dirname(resolve(path))),
    run: readRunOptions(run, `${name}: run`),
  })
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
  if (key === 'config') {
    throw new PipelineError('CONFIG_INVALID', `${file}: a configuration file cannot name another one`)
  }
  if (isOptionName(key)) return
  const closest = closestName(key, [...optionNames.filter((name) => name !== 'config'), ...sections])
  const hint = closest === undefined ? 'cascade serve --help lists them all' : `did you mean "${closest}"?`
  throw new PipelineError('CONFIG_INVALID', `${file}: "${key}" is not an option of the server, ${hint}`)
}
