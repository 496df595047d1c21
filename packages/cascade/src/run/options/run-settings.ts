import type { StageOverride } from '@redesmyn/core'
import { type Environment, resolvePlaces, type StagePlace } from '@redesmyn/worker'
import type { RunOptions } from '../run-options.ts'
import { findRunConfig, type RunConfigFlags } from './find-run-config.ts'
import { resolveRunConfig, type RunConfigOptions } from './resolve-run-config.ts'
import type { RunConfig } from './run-option-table.ts'

/** Everything that a run is told beside its app, complete and checked. */
export interface RunSettings {
  readonly options: RunOptions
  readonly progress: RunConfig['progress']
  readonly isQuiet: boolean
  /** The configuration file that was read. */
  readonly filePath: string | undefined
  /** What the configuration file says of single stages. */
  readonly stages: readonly StageOverride[]
  /** One for each stage of which somebody says where it runs. */
  readonly places: readonly StagePlace[]
}

/** `config`: path of the configuration file; undefined: `CASCADE_CONFIG`, or the one beside the app. */
export interface RunSettingsSources extends RunConfigFlags {
  readonly app: string
  /** Each `stage=placement`. */
  readonly place?: readonly string[] | undefined
  readonly options: RunConfigOptions
  readonly env: Environment
}

/** Resolves every option: as given, else by the environment, else by the file, else by default. Throws CONFIG_INVALID. */
export function resolveRunSettings({ app, options, env, ...flags }: RunSettingsSources): RunSettings {
  const file = findRunConfig(app, flags, env)
  const { progress, quiet, ...given } = resolveRunConfig({ options, env, file })
  return Object.freeze({
    options: withoutUndefined(given),
    progress,
    isQuiet: quiet,
    filePath: file?.path,
    stages: file?.stages ?? [],
    places: resolvePlaces({ given: flags.place, variable: env['CASCADE_PLACE'], file: file?.places ?? [] }),
  })
}

function withoutUndefined(given: Omit<RunConfig, 'progress' | 'quiet'>): RunOptions {
  return Object.freeze(Object.fromEntries(Object.entries(given).filter(([, value]) => value !== undefined)))
}
