import { PipelineError } from '@redesmyn/core'
import { type ConfigOptions, exitOnSignals, type OptionName } from '@redesmyn/worker'
import { Command } from 'commander'
import { StageServer } from '../stage-server/stage-server.ts'
import type { CommandIo } from './command-io.ts'
import type { CommandParts } from './command-parts.ts'
import { type CommandResult, exitCodes } from './exit-codes.ts'
import { optionFlag } from './option-flag.ts'
import { parseAppTarget } from './run/app-target.ts'

/** What of a server's options says something of a stage that is at work for one sender. */
const stageOptions: readonly OptionName[] = [
  'config',
  'checkWrites',
  'maxInFlightBytes',
  'maxSlabBytes',
  'drainMs',
  'logLevel',
  'logFormat',
  'logFile',
]

interface StageFlags extends ConfigOptions {
  readonly stdio?: true
}

const notes = `
Calls and answers are frames of a small JSON head and an Arrow stream, many at
once, told apart by number: docs/wire.md says how they are written. The log goes
to stderr, and so does what the app prints.

When the input ends, what it asked is answered, and the command ends with 0.

Examples:
  cascade stage flow.ts#score --stdio < calls > answers
  python stdio_client.py flow.ts#score

Exit codes: 0 the input was answered to its end, 1 it could not be read or
answered to its end, 2 unusable flag, option or app module.`

/** `cascade stage <app>#<stage> --stdio`: one stage at work for whoever started the command. */
export function stageCommand({ io, tell }: CommandParts): Command {
  const command = new Command('stage')
    .description('run one stage for another program, which calls it over stdin and stdout')
    .argument('<app>#<stage>', 'the module, and the name of a stage that it exports')
    .option('--stdio', 'read calls from stdin and write answers to stdout, as framed Arrow')
    .addHelpText('after', notes)
  for (const name of stageOptions) command.addOption(optionFlag(name))
  return command.action(async (target: string, { stdio, ...config }: StageFlags) => {
    if (stdio !== true) throw new PipelineError('CONFIG_INVALID', 'expected --stdio, which is how a stage is called')
    const { app, asset: stage } = parseAppTarget(target)
    if (stage === undefined) {
      throw new PipelineError('CONFIG_INVALID', `expected the name of a stage, as in "flow.ts#score", got "${target}"`)
    }
    // Stdout carries frames: nothing that the app prints may come between them.
    const cancel = io.onPrint((text) => io.writeErr(text))
    try {
      tell(await runStage(new StageServer({ app, stages: [stage], listen: ['stdio:'], config }), io))
    } finally {
      cancel()
    }
  })
}

async function runStage(server: StageServer, io: CommandIo): Promise<CommandResult> {
  // Signals alone: a failure is told as that of any command.
  exitOnSignals({ stop: () => server.stop() }, process)
  await server.serve()
  const { isDrained, isHeld, failure } = await server.whenStopped
  if (isHeld === true) io.abandon()
  if (failure !== undefined) throw failure
  return isDrained ? exitCodes.ok : exitCodes.failed
}
