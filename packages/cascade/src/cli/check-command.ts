import { type ConfigOptions, inspectApp, optionNames } from '@redesmyn/worker'
import { Command } from 'commander'
import { checkReport } from './check-report.ts'
import type { CommandIo } from './command-io.ts'
import { optionFlag } from './option-flag.ts'

interface CheckFlags extends ConfigOptions {
  readonly json?: true
}

const notes = `
Bundles and loads the module, checks every option, schema and path, and starts
nothing. It takes the flags of "cascade serve", and says what each option would
be and where that comes from.

Exit codes: 0 sound, 2 unusable, 4 schemas that do not fit.`

/** `cascade check <app>` */
export function checkCommand(io: CommandIo): Command {
  const command = new Command('check')
    .description('say whether an app module can be served, and what it exports')
    .argument('<app>', 'the module: .ts, .mts, .js, .mjs or .cjs, or a .yaml or .json file that declares one')
    .option('--json', 'print one JSON object')
    .addHelpText('after', notes)
  for (const name of optionNames) command.addOption(optionFlag(name))
  return command.action(async (app: string, { json, ...options }: CheckFlags) => {
    const report = await inspectApp(app, options)
    io.writeOut(json ? `${JSON.stringify(report, undefined, 2)}\n` : checkReport(report))
  })
}
