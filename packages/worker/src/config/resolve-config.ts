import { PipelineError } from '@redesmyn/core'
import {
  envOf,
  flagOf,
  isOptionName,
  type OptionName,
  type OptionTable,
  optionTable,
  type ServerConfig,
} from './option-table.ts'

/** Options as a program gives them; what is left out comes from the environment, then from the defaults. */
export type ConfigOptions = { readonly [Name in OptionName]?: ServerConfig[Name] | undefined }

export type Environment = Readonly<Record<string, string | undefined>>

/** Throws CONFIG_INVALID naming the option, or the environment variable, and its value. An empty variable counts as unset. */
export function resolveConfig(options: ConfigOptions, env: Environment): ServerConfig {
  for (const name of Object.keys(options)) {
    if (!isOptionName(name)) throw new PipelineError('CONFIG_INVALID', `"${name}" is not an option of the server`)
  }
  const value = <Name extends OptionName>(name: Name) => resolveOption(name, options, env)
  return Object.freeze({
    host: value('host'),
    port: value('port'),
    frontEnd: value('frontEnd'),
    threads: value('threads'),
    requestTimeoutMs: value('requestTimeoutMs'),
    bodyTimeoutMs: value('bodyTimeoutMs'),
    maxBodyBytes: value('maxBodyBytes'),
    maxInFlightBytes: value('maxInFlightBytes'),
    maxSlabBytes: value('maxSlabBytes'),
    drainMs: value('drainMs'),
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

/** The value that a command-line flag carries. Throws CONFIG_INVALID naming the flag. */
export function readFlag<Name extends OptionName>(name: Name, text: string): ServerConfig[Name] {
  return readOption(name, text, flagOf(name))
}

function resolveOption<Name extends OptionName>(
  name: Name,
  options: ConfigOptions,
  env: Environment,
): ServerConfig[Name] {
  const given: unknown = options[name]
  if (given !== undefined) return readOption(name, given, name)
  const variable = envOf(name)
  const text = env[variable]
  if (text !== undefined && text !== '') return readOption(name, text, variable)
  const specs: OptionTable = optionTable
  return specs[name].default
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
