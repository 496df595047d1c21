import { type ConfigFile, type Environment, findConfigFile, readConfigFile } from '@redesmyn/worker'

/**
 * The configuration file that a flag names, else `CASCADE_CONFIG`, else the one beside the app, where there is one. Throws
 * CONFIG_INVALID.
 */
export function findRunConfig(app: string, named: string | undefined, env: Environment): ConfigFile | undefined {
  const variable = env.CASCADE_CONFIG === '' ? undefined : env.CASCADE_CONFIG
  const path = named ?? variable ?? findConfigFile(app)
  return path === undefined ? undefined : readConfigFile(path)
}
