import { PipelineError } from '@redesmyn/core'
import { type ConfigFile, readConfigFile } from './config-file.ts'
import { findConfigFile } from './find-config-file.ts'

/**
 * The configuration file that is named, else the one beside the app, where there is one; with one of its profiles where
 * that is named. Throws CONFIG_INVALID, also for a profile without a file.
 */
export function findSettings(
  app: string | URL,
  named: string | undefined,
  profile: string | undefined,
): ConfigFile | undefined {
  const path = named ?? findConfigFile(app)
  if (path !== undefined) return readConfigFile(path, profile)
  if (profile === undefined) return undefined
  const message = `there is no profile "${profile}": no cascade.config.yaml lies beside the app, and --config names none`
  throw new PipelineError('CONFIG_INVALID', message)
}
