import { PipelineError } from '@redesmyn/core'
import { type ConfigOptions, dryRun, exitOnSignals, optionNames, Server } from '@redesmyn/worker'
import { Command, Option } from 'commander'
import { readPlace } from '../between/read-place.ts'
import type { CommandIo } from './command-io.ts'
import { dryRunReport } from './dry-run-report.ts'
import { type CommandResult, exitCodes } from './exit-codes.ts'
import { optionFlag } from './option-flag.ts'
import { assertForStages, type StageFlags, serveStages, stageFlags } from './serve-stages.ts'

interface ServeFlags extends ConfigOptions, StageFlags {
  readonly dryRun?: true
  readonly json?: true
}

const notes = `
A flag wins over the environment, that over the configuration file, and that
over the default.

The log goes to stderr; its line "listening" carries the address, once every
stage is warm. SIGINT and SIGTERM answer what was accepted and end with 0, or
with 1 when the drain time was over first. A second signal ends the process at
once (137).

Examples:
  cascade serve app.ts
  cascade serve app.ts --host 0.0.0.0 --port 8080 --threads 4
  cascade serve app.ts --dry-run
  cascade serve app.ts --stage score --listen unix:/run/score.sock
  CASCADE_PORT=0 CASCADE_LOG_LEVEL=debug cascade serve app.ts

Exit codes: 0 stopped, 1 failed, 2 unusable flag, option, app module or address,
4 schemas that do not fit.`

/** `cascade serve <app>`: tells its result when the server listens, or when the dry run is over. */
export function serveCommand(io: CommandIo, tell: (result: CommandResult) => void): Command {
  const command = new Command('serve')
    .description('answer HTTP requests with the endpoints that an app module exports')
    .argument('<app>', 'the module: .ts, .mts, .js, .mjs or .cjs, or a .yaml or .json file that declares one')
    .addHelpText('after', notes)
  for (const flag of stageFlags()) command.addOption(flag)
  for (const name of optionNames) command.addOption(optionFlag(name))
  command
    .addOption(dryRunFlag('--dry-run', 'start every stage, answer the examples of each endpoint, and end'))
    .addOption(dryRunFlag('--json', 'the same, with one JSON object as the report').implies({ dryRun: true }))
  return command.action(async (app: string, flags: ServeFlags) => {
    const { dryRun: isDry, json, stage, listen: _listen, insecure: _insecure, ...options } = flags
    if (stage !== undefined) {
      if (isDry) throw new PipelineError('CONFIG_INVALID', '--dry-run runs the examples of endpoints, got --stage too')
      return tell(await serveStages(app, flags, options))
    }
    assertForStages(flags, options)
    if (!isDry) return tell(await serveApp(app, options))
    const report = await dryRun({ ...options, app, readPlace })
    io.writeOut(json ? `${JSON.stringify(report, undefined, 2)}\n` : dryRunReport(report))
    tell(report.isSound ? exitCodes.ok : exitCodes.failed)
  })
}

function dryRunFlag(flag: string, description: string): Option {
  return new Option(flag, description).helpGroup('Dry run:')
}

async function serveApp(app: string, options: ConfigOptions): Promise<CommandResult> {
  const server = new Server({ ...options, app, readPlace })
  exitOnSignals(server, process)
  await server.serve()
  return 'running'
}
