import { inspectApp } from '@redesmyn/worker'
import { Command } from 'commander'
import { checkReport } from './check-report.ts'
import type { CommandIo } from './command-io.ts'

interface CheckFlags {
  readonly json?: true
}

const notes = `
Bundles and loads the module, checks every option, schema and path, and starts nothing.

Exit codes: 0 sound, 2 unusable, 4 schemas that do not fit.`

/** `cascade check <app>` */
export function checkCommand(io: CommandIo): Command {
  return new Command('check')
    .description('say whether an app module can be served, and what it exports')
    .argument('<app>', 'the module: .ts, .mts, .js, .mjs or .cjs, or a .yaml or .json file that declares one')
    .option('--json', 'print one JSON object')
    .addHelpText('after', notes)
    .action(async (app: string, { json }: CheckFlags) => {
      const report = await inspectApp(app)
      io.writeOut(json ? `${JSON.stringify(report, undefined, 2)}\n` : checkReport(report))
    })
}
