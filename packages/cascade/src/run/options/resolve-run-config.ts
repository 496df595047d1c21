import { closestName, PipelineError } from '@redesmyn/core'
import type { ConfigFile, Environment } from '@redesmyn/worker'
import {
  isRunOptionName,
  type RunConfig,
  type RunOptionName,
  runOptionNames,
  type RunOptionTable,
  runOptionTable,
} from './run-option-table.ts'
import { runEnvOf, runFlagOf } from './run-option-text.ts'

/** Options as the command line or a program gives them. */
export type RunConfigOptions = { readonly [Name in RunOptionName]?: RunConfig[Name] | undefined }

/** Where options of a run may come from, the first that has one winning. */
export interface RunConfigSources {
  readonly options: RunConfigOptions
  readonly env: Environment
  readonly file: Pick<ConfigFile, 'name' | 'keyOf' | 'run'> | undefined
}

/**
 * Throws CONFIG_INVALID naming the option, the environment variable or the key of the file, and its value. An empty
 * variable counts as unset.
 */
export function resolveRunConfig(sources: RunConfigSources): RunConfig {
  assertNames(Object.keys(sources.options), '')
  if (sources.file !== undefined) assertNames(Object.keys(sources.file.run), `${sources.file.name}: run: `)
  const value = <Name extends RunOptionName>(name: Name) => resolveOption(name, sources)
  return Object.freeze({
    select: value('select'),
    shard: value('shard'),
    partition: value('partition'),
    input: value('input'),
    output: value('output'),
    publish: value('publish'),
    unordered: value('unordered'),
    lineage: value('lineage'),
    threads: value('threads'),
    memoryBytes: value('memoryBytes'),
    partRows: value('partRows'),
    partBytes: value('partBytes'),
    batchRows: value('batchRows'),
    maxRejects: value('maxRejects'),
    nice: value('nice'),
    restart: value('restart'),
    acceptDrift: value('acceptDrift'),
    progress: value('progress'),
    metricsPort: value('metricsPort'),
    logLevel: value('logLevel'),
    logFile: value('logFile'),
    quiet: value('quiet'),
  })
}

/** The value that a command-line flag carries. Throws CONFIG_INVALID naming the flag. */
export function readRunFlag<Name extends RunOptionName>(name: Name, given: unknown): RunConfig[Name] {
  return readOption(name, given, runFlagOf(name))
}

function resolveOption<Name extends RunOptionName>(name: Name, { options, env, file }: RunConfigSources) {
  const specs: RunOptionTable = runOptionTable
  const given: unknown = options[name]
  if (given !== undefined) return readOption(name, given, name)
  const variable = runEnvOf(name)
  const text = variable === undefined ? undefined : env[variable]
  if (variable !== undefined && text !== undefined && text !== '') return readOption(name, text, variable)
  const written: unknown = file?.run[name]
  if (file !== undefined && written !== undefined) return readWritten(name, written, file.keyOf(name, 'run'))
  return specs[name].default
}

function readWritten<Name extends RunOptionName>(name: Name, written: unknown, place: string): RunConfig[Name] {
  const specs: RunOptionTable = runOptionTable
  if (!specs[name].isFlagOnly) return readOption(name, written, place)
  throw new PipelineError('CONFIG_INVALID', `${place} is meant for one run, expected it as the flag ${runFlagOf(name)}`)
}

function readOption<Name extends RunOptionName>(name: Name, given: unknown, origin: string): RunConfig[Name] {
  const specs: RunOptionTable = runOptionTable
  const spec = specs[name]
  const value = spec.read(given)
  if (value !== undefined) return value
  throw new PipelineError('CONFIG_INVALID', `${origin} must be ${spec.accepts}, got ${JSON.stringify(given)}`, {
    details: { option: name },
  })
}

function assertNames(names: readonly string[], place: string): void {
  for (const name of names) {
    if (isRunOptionName(name)) continue
    const closest = closestName(name, runOptionNames)
    const hint = closest === undefined ? 'cascade run --help lists them all' : `did you mean "${closest}"?`
    throw new PipelineError('CONFIG_INVALID', `${place}"${name}" is not an option of a run, ${hint}`)
  }
}
