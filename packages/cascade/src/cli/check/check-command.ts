import { PipelineError } from '@redesmyn/core'
import { type AppReport, type ConfigOptions, inspectApp, optionNames } from '@redesmyn/worker'
import { Command } from 'commander'
import type { AssetReport } from '../../run/asset-report.ts'
import type { RemoteReport } from '../../run/driver/shake-hands.ts'
import { resolveRunSettings } from '../../run/options/run-settings.ts'
import type { CommandParts } from '../command-parts.ts'
import { parseAppTarget } from '../run/app-target.ts'
import { jsonText } from '../json-text.ts'
import { optionFlag } from '../option-flag.ts'
import { assetsText } from './assets-text.ts'
import { checkReport } from './check-report.ts'
import { remotesText } from './remotes-text.ts'
import { withPlace } from './find-declaration.ts'

interface CheckFlags extends ConfigOptions {
  readonly json?: true
}

interface CheckedApp extends AppReport {
  readonly assets: readonly AssetReport[]
  readonly remotes: readonly RemoteReport[]
}

const notes = `
Bundles and loads the module, checks every option, schema and path, and starts
nothing. It takes the flags of "cascade serve", and says what each option would
be and where that comes from. Of assets it looks at the files that they read:
whether there are some, and whether they have the columns. With every stage that
runs elsewhere it shakes hands: whether it answers there, and takes and gives
the same columns.

Examples:
  cascade check app.ts
  cascade check flow.ts --json

Exit codes: 0 sound, 1 failed, 2 unusable, also an input that cannot be read,
4 schemas that do not fit, 6 another host cannot be reached.`

/** `cascade check <app>` */
export function checkCommand(parts: CommandParts): Command {
  const command = new Command('check')
    .description('say whether an app module can be served or run, and what it exports')
    .argument('<app>', 'the module: .ts, .mts, .js, .mjs or .cjs, or a .yaml or .json file that declares one')
    .option('--json', 'print one JSON object')
    .addHelpText('after', notes)
  for (const name of optionNames) command.addOption(optionFlag(name))
  return command.action(async (app: string, { json, ...options }: CheckFlags) => {
    assertModule(app)
    const { io } = parts
    const letPrint = io.onPrint(io.writeErr)
    const report = await checkApp(app, options, parts).finally(letPrint)
    io.writeOut(json ? jsonText(report) : checkReport(report) + assetsText(report.assets) + remotesText(report.remotes))
  })
}

/** All of a module is checked, whichever of its assets somebody has in mind. */
function assertModule(app: string): void {
  const { asset, app: module } = parseAppTarget(app)
  if (asset === undefined) return
  throw new PipelineError('CONFIG_INVALID', `expected a module, as in: cascade check ${module}, got "${app}"`)
}

async function checkApp(app: string, options: ConfigOptions, { io, loadDriver }: CommandParts): Promise<CheckedApp> {
  try {
    const driver = await loadDriver()
    const { config, profile, place } = options
    const { stages, places } = resolveRunSettings({ config, profile, place, app, options: {}, env: io.env })
    const request = { app, stages, places }
    const assets = await driver.check(request)
    const report = await inspectApp(app, options, io.env, assets.length > 0 ? 'nothing' : 'endpoints')
    return { ...report, assets, remotes: await driver.shakeHands(request) }
  } catch (error) {
    throw withPlace(error, app)
  }
}
