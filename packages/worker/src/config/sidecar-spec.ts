import { PipelineError } from '@redesmyn/core'
import { isMapping } from './mapping.ts'

/** A process that lives as long as the server does. */
export interface SidecarSpec {
  /** Found as a shell would: by PATH, or by a path from `folder`. */
  readonly command: string
  readonly args: readonly string[]
  /** Beside the environment of the server. */
  readonly env: Readonly<Record<string, string>>
  /** Where it is started: the folder of the configuration file. */
  readonly folder: string
}

/** Reads `sidecars` of a configuration file. Throws CONFIG_INVALID naming the place. */
export function readSidecars(given: unknown, place: string, folder: string): readonly SidecarSpec[] {
  if (given === undefined) return []
  if (!Array.isArray(given)) throw invalid(place, 'a list of processes', given)
  return given.map((item: unknown, index) => readSidecar(item, `${place}[${index}]`, folder))
}

function readSidecar(given: unknown, place: string, folder: string): SidecarSpec {
  if (!isMapping(given)) throw invalid(place, 'a command with args and env', given)
  const { command, args = [], env = {}, ...rest } = given
  const [unknown] = Object.keys(rest)
  if (unknown !== undefined) {
    throw new PipelineError('CONFIG_INVALID', `${place}: "${unknown}" is no part of a sidecar: command, args, env are`)
  }
  if (typeof command !== 'string' || command === '')
    throw invalid(`${place}.command`, 'a text that is not empty', command)
  if (!isTexts(args)) throw invalid(`${place}.args`, 'a list of texts', args)
  if (!isMapping(env) || !isTexts(Object.values(env))) throw invalid(`${place}.env`, 'texts by name', env)
  return Object.freeze({
    command,
    args,
    env: Object.fromEntries(Object.entries(env).map(([k, v]) => [k, String(v)])),
    folder,
  })
}

function isTexts(value: unknown): value is readonly string[] {
  return Array.isArray(value) && value.every((item) => typeof item === 'string')
}

function invalid(place: string, expected: string, given: unknown): PipelineError {
  return new PipelineError('CONFIG_INVALID', `${place} must be ${expected}, got ${JSON.stringify(given)}`)
}
