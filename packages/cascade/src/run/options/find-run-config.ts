import { type ConfigFile, type Environment, findSettings } from '@redesmyn/worker'

export interface RunConfigFlags {
  readonly config?: string | undefined
  readonly profile?: string | undefined
}

/**
 * The configuration file that a flag names, else `CASCADE_CONFIG`, else the one beside the app, where there is one; with
 * the profile that a flag or `CASCADE_PROFILE` names. Throws CONFIG_INVALID.
 */
export function findRunConfig(app: string, flags: RunConfigFlags, env: Environment): ConfigFile | undefined {
  const path = flags.config ?? (env['CASCADE_CONFIG'] || undefined)
  return findSettings(app, path, flags.profile ?? (env['CASCADE_PROFILE'] || undefined))
}
