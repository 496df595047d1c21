import type { StageOverride } from '@redesmyn/core'
import { type ConfigFile, readConfigFile } from './config-file.ts'
import { findConfigFile } from './find-config-file.ts'
import type { ServerConfig } from './option-table.ts'
import {
  type ConfigOptions,
  type Environment,
  explainConfig,
  type ResolvedOption,
  resolveConfig,
  resolveOption,
} from './resolve-config.ts'
import type { SidecarSpec } from './sidecar-spec.ts'

/** Everything that a server is told beside its app, complete and checked; stages check their part when they are found. */
export interface ServerSettings {
  readonly config: ServerConfig
  /** Whence each option comes. */
  readonly origins: readonly ResolvedOption[]
  /** The configuration file that was read. */
  readonly filePath: string | undefined
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
  const path = named ?? findConfigFile(app)
  const file = path === undefined ? undefined : readConfigFile(path)
  return Object.freeze({
    config: resolveConfig(options, env, file),
    origins: explainConfig({ options, env, file }),
    filePath: file?.path,
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
