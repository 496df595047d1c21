import { PipelineError } from '@redesmyn/core'
import { envOf } from '@redesmyn/worker'
import { Option } from 'commander'
import type { EnvVariable } from '../../deploy/container-command.ts'
import type { DeployedApp } from '../../deploy/deployed-app.ts'
import { runEnvOf } from '../../run/options/run-option-text.ts'
import { parseAppTarget } from '../run/app-target.ts'
import { listFlag, numberFlag, textFlag } from './deploy-flag.ts'

/** What all commands that write deployments take. */
export interface DeployFlags {
  readonly image?: string
  readonly name?: string
  readonly profile?: string
  readonly stage?: readonly string[]
  readonly port?: number
  readonly drainMs?: number
  readonly env?: readonly EnvVariable[]
  /** A file in place of stdout. */
  readonly to?: string
  readonly json?: true
}

/** A flag says these, or the parts of a deployment would not agree. */
const ownVariables: Readonly<Record<string, string>> = {
  [envOf('host')]: 'containers listen on every address',
  [envOf('port')]: '--port says it',
  [envOf('drainMs')]: '--drain-ms says it',
  [envOf('profile')]: '--profile says it',
  [envOf('place')]: '--stage says it',
  [String(runEnvOf('shard'))]: '--shards says it',
  [String(runEnvOf('output'))]: '--output says it',
}

export function deployFlags(): readonly Option[] {
  return [
    textFlag('--image', {
      placeholder: '<image>',
      pattern: /^[^\s-]\S*$/,
      accepts: 'the name of an image',
      description: 'of the containers: the folder it starts in holds the app and node_modules; must be given',
    }),
    textFlag('--name', {
      placeholder: '<name>',
      pattern: /^\S+$/,
      accepts: 'a name',
      description: 'of what is written, in place of that of the app or the asset',
    }),
    textFlag('--profile', {
      placeholder: '<name>',
      pattern: /^[^\s-]\S*$/,
      accepts: 'the name of a profile',
      description: 'profile of the configuration file beside the app',
    }),
    listFlag('--stage', {
      placeholder: '<name>',
      accepts: 'the name of a stage',
      description: 'a stage with a container of its own, beside those that run elsewhere anyway',
      read: (text) => (text === '' ? undefined : text),
    }),
    numberFlag('--port', {
      min: 1,
      max: 65_535,
      description: 'port of the endpoints, in place of that of the configuration file, or 8000',
    }),
    numberFlag('--drain-ms', {
      min: 0,
      max: 86_400_000,
      description: 'time to answer what was accepted, in place of that of the configuration file, or 30000',
    }),
    listFlag('--env', {
      placeholder: '<name=value>',
      accepts: 'a variable such as POLARS_MAX_THREADS=4',
      description: 'a variable of every container',
      read: readVariable,
    }),
    new Option('-o, --to <file>', 'file to write, in place of stdout'),
  ]
}

/** Loads what a command names. Throws CONFIG_INVALID, and what serving or running it would throw. */
export async function readTarget(
  target: string,
  { profile, stage = [], port, drainMs }: DeployFlags,
): Promise<DeployedApp> {
  const { readApp } = await import('../../deploy/read-app.ts')
  const { app, asset } = parseAppTarget(target)
  return await readApp({ app, selection: asset, profile, stages: stage, port, drainMs })
}

/** The variables of every container: what was given, and the profile, because the file that has it is in the image. */
export function envFlags({ env = [], profile }: DeployFlags): readonly EnvVariable[] {
  return [...(profile === undefined ? [] : [{ name: envOf('profile'), value: profile }]), ...env]
}

/** Throws CONFIG_INVALID where none was given. Commander would say so before it says what is no flag at all. */
export function imageOf({ image }: DeployFlags): string {
  if (image !== undefined) return image
  throw new PipelineError('CONFIG_INVALID', 'an image must be given, as in --image images.example.org/models:1.0.0')
}

function readVariable(text: string): EnvVariable | undefined {
  const [, name, value] = /^([A-Za-z_]\w*)=(.*)$/s.exec(text) ?? []
  if (name === undefined || value === undefined) return undefined
  const reason = ownVariables[name]
  if (reason === undefined) return { name, value }
  throw new PipelineError('CONFIG_INVALID', `--env cannot set ${name}: ${reason}`)
}
