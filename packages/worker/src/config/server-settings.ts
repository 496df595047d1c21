import type { StageOverride } from '@redesmyn/core'
import type { ConfigFile } from './config-file.ts'
import { findSettings } from './find-settings.ts'
import type { ServerConfig } from './option-table.ts'
import {
  type ConfigOptions,
  type Environment,
  explainConfig,
  type ResolvedOption,
  resolveConfig,
  resolveOption,
} from './resolve-config.ts'
import { resolvePlaces, type StagePlace } from './stage-places.ts'
import type { SidecarSpec } from './sidecar-spec.ts'

/** Everything that a server is told beside its app, complete and checked; stages check their part when they are found. */
export interface ServerSettings {
  readonly config: ServerConfig
  /** Whence each option comes. */
  readonly origins: readonly ResolvedOption[]
  /** The configuration file that was read. */
  readonly filePath: string | undefined
  /** One for each stage of which somebody says where it runs. */
  readonly places: readonly StagePlace[]
  /** In order: a later one wins. */
  readonly stages: readonly StageOverride[]
  readonly sidecars: readonly SidecarSpec[]
}

/**
 * Reads the configuration file that is named, or that lies beside the app, and resolves every option: as given, else
 * by the environment, else by the file, else by default. Throws CONFIG_INVALID naming the place of what is unusable.
 */
export function resolveSettings(app: string | URL, options: ConfigOptions, env: Environment): ServerSettings {
  const { value: named } = resolveOption('config', { options, env, file: undefined })
  const { value: profile } = resolveOption('profile', { options, env, file: undefined })
  const file = findSettings(app, named, profile)
  return Object.freeze({
    config: resolveConfig(options, env, file),
    origins: explainConfig({ options, env, file }),
    filePath: file?.path,
    places: resolvePlaces({ given: options.place, variable: env['CASCADE_PLACE'], file: file?.places ?? [] }),
    stages: stageOverrides(file, resolveOption('threads', { options, env, file })),
    sidecars: file?.sidecars ?? [],
  })
}

/** What a file says of one stage goes before what it says of all, and a flag or a variable before both. */
function stageOverrides(file: ConfigFile | undefined, threads: ResolvedOption<'threads'>): readonly StageOverride[] {
  const ofEach = file?.stages ?? []
  if (threads.value === undefined) return ofEach
  const ofAll = { place: threads.place, stage: undefined, options: { threads: threads.value } }
  return threads.source === 'file' ? [ofAll, ...ofEach] : [...ofEach, ofAll]
}
