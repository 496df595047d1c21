import { Command } from 'commander'
import { packageVersion } from '../run/app/package-version.ts'
import { checkCommand } from './check/check-command.ts'
import type { CommandParts } from './command-parts.ts'
import { deployCommand } from './deploy/deploy-command.ts'
import { helpLayout } from './help-layout.ts'
import { commitCommand } from './output/commit-command.ts'
import { rejectsCommand } from './output/rejects-command.ts'
import { statusCommand } from './output/status-command.ts'
import { retryRejectsCommand } from './run/retry-rejects-command.ts'
import { runCommand } from './run/run-command.ts'
import { serveCommand } from './serve-command.ts'
import { stageCommand } from './stage-command.ts'

/** The `cascade` command with all its commands. Parsing throws instead of leaving the process. */
export function createProgram(parts: CommandParts): Command {
  const { io, tell } = parts
  const program = new Command('cascade')
    .description('Typed stages, served over HTTP in batches on worker threads, or run over files.')
    .version(packageVersion(), '-V, --version', 'print the version')
    .helpOption('-h, --help', 'explain the command')
    .helpCommand('help [command]', 'explain a command')
    .showHelpAfterError('Add --help to see what there is.')
    .configureHelp(helpLayout)
    .configureOutput({ writeOut: io.writeOut, writeErr: io.writeErr })
    .exitOverride()
  const commands = [
    serveCommand(io, tell),
    stageCommand(parts),
    runCommand(parts),
    checkCommand(parts),
    statusCommand(parts),
    rejectsCommand(parts),
    retryRejectsCommand(parts),
    commitCommand(parts),
    deployCommand(io),
  ]
  for (const command of commands) program.addCommand(inheriting(command, program))
  return program
}

/** Also its own commands. */
function inheriting(command: Command, from: Command): Command {
  for (const own of command.commands) inheriting(own, from)
  return command.copyInheritedSettings(from)
}
