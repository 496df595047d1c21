import { closestName, PipelineError } from '@redesmyn/core'
import type { ConfigFile } from './config-file.ts'
import {
  envOf,
  flagOf,
  isOptionName,
  type OptionName,
  optionNames,
  type OptionTable,
  optionTable,
  type ServerConfig,
} from './option-table.ts'

/** Options as a program gives them; what is left out comes from the environment, the file, then from the defaults. */
export type ConfigOptions = { readonly [Name in OptionName]?: ServerConfig[Name] | undefined }

export type Environment = Readonly<Record<string, string | undefined>>

/** Where options may come from, the first that has one winning. */
export interface ConfigSources {
  readonly options: ConfigOptions
  readonly env: Environment
  readonly file: ConfigFile | undefined
}

/** An option and whence it comes. */
export interface ResolvedOption<Name extends OptionName = OptionName> {
  readonly name: Name
  readonly value: ServerConfig[Name]
  readonly source: 'given' | 'environment' | 'file' | 'default'
  /** As messages name it: `port`, `CASCADE_PORT`, `cascade.config.yaml: port`; `default`. */
  readonly place: string
}

/** Throws CONFIG_INVALID naming the option, the environment variable or the key of the file, and its value. An empty variable counts as unset. */
export function resolveConfig(options: ConfigOptions, env: Environment, file?: ConfigFile): ServerConfig {
  assertOptions(options)
  const value = <Name extends OptionName>(name: Name) => resolveOption(name, { options, env, file }).value
  return Object.freeze({
    config: value('config'),
    profile: value('profile'),
    place: value('place'),
    host: value('host'),
    port: value('port'),
    frontEnd: value('frontEnd'),
    threads: value('threads'),
    requestTimeoutMs: value('requestTimeoutMs'),
    streamIdleTimeoutMs: value('streamIdleTimeoutMs'),
    streamTimeoutMs: value('streamTimeoutMs'),
    bodyTimeoutMs: value('bodyTimeoutMs'),
    maxBodyBytes: value('maxBodyBytes'),
    maxInFlightBytes: value('maxInFlightBytes'),
    maxSlabBytes: value('maxSlabBytes'),
    maxCalls: value('maxCalls'),
    maxInFlightRows: value('maxInFlightRows'),
    replayBytes: value('replayBytes'),
    replayMs: value('replayMs'),
    tlsCert: value('tlsCert'),
    tlsKey: value('tlsKey'),
    tlsCa: value('tlsCa'),
    tokenFile: value('tokenFile'),
    compress: value('compress'),
    compressMinBytes: value('compressMinBytes'),
    drainMs: value('drainMs'),
    docs: value('docs'),
    pathPrefix: value('pathPrefix'),
    admin: value('admin'),
    onStartFailure: value('onStartFailure'),
    checkWrites: value('checkWrites'),
    logLevel: value('logLevel'),
    logFormat: value('logFormat'),
    logFile: value('logFile'),
    metricsPrefix: value('metricsPrefix'),
    mosecNamespace: value('mosecNamespace'),
    emfFile: value('emfFile'),
    emfNamespace: value('emfNamespace'),
    emfFlushMs: value('emfFlushMs'),
    traces: value('traces'),
    traceFile: value('traceFile'),
  })
}

/** The same with the place of each. */
export function explainConfig(sources: ConfigSources): readonly ResolvedOption[] {
  return optionNames.map((name) => resolveOption(name, sources))
}

/** One option of a server. Throws CONFIG_INVALID as `resolveConfig` does. */
export function resolveOption<Name extends OptionName>(name: Name, sources: ConfigSources): ResolvedOption<Name> {
  const { options, env, file } = sources
  const given: unknown = options[name]
  if (given !== undefined) return { name, value: readOption(name, given, name), source: 'given', place: name }
  const variable = envOf(name)
  const text = env[variable]
  if (text !== undefined && text !== '') {
    return { name, value: readOption(name, text, variable), source: 'environment', place: variable }
  }
  const written: unknown = file?.options[name]
  if (file !== undefined && written !== undefined) {
    const place = file.keyOf(name)
    return { name, value: readOption(name, written, place), source: 'file', place }
  }
  const specs: OptionTable = optionTable
  return { name, value: specs[name].default, source: 'default', place: 'default' }
}

/** The value that a command-line flag carries. Throws CONFIG_INVALID naming the flag. */
export function readFlag<Name extends OptionName>(name: Name, text: string): ServerConfig[Name] {
  return readOption(name, text, flagOf(name))
}

function assertOptions(options: ConfigOptions): void {
  for (const name of Object.keys(options)) {
    if (isOptionName(name)) continue
    const closest = closestName(name, optionNames)
    const hint = closest === undefined ? '' : `, did you mean "${closest}"?`
    throw new PipelineError('CONFIG_INVALID', `"${name}" is not an option of the server${hint}`)
  }
}

function readOption<Name extends OptionName>(name: Name, given: unknown, origin: string): ServerConfig[Name] {
  const specs: OptionTable = optionTable
  const spec = specs[name]
  const value = spec.read(given)
  if (value !== undefined) return value
  throw new PipelineError('CONFIG_INVALID', `${origin} must be ${spec.accepts}, got ${describe(given)}`, {
    details: { option: name },
  })
}

function describe(given: unknown): string {
  return typeof given === 'string' ? JSON.stringify(given) : String(given)
}
