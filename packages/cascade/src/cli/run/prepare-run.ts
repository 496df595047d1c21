import { resolveRunSettings } from '../../run/options/run-settings.ts'
import type { CommandParts } from '../command-parts.ts'
import type { AppTarget } from './app-target.ts'
import type { AssetRun } from './run-assets.ts'
import { type GivenFlags, runOptionsOf } from './run-flags.ts'

/** Resolves every option before anything heavy is loaded. Throws CONFIG_INVALID. */
export async function prepareRun(parts: CommandParts, target: AppTarget, flags: GivenFlags): Promise<AssetRun> {
  const { io, loadDriver } = parts
  const options = runOptionsOf(flags)
  const { config, profile, place } = flags
  const settings = resolveRunSettings({ app: target.app, config, profile, place, options, env: io.env })
  return { io, driver: await loadDriver(), target, settings }
}
