import { readFileSync } from 'node:fs'
import { Command } from 'commander'
import { checkCommand } from './check-command.ts'
import type { CommandIo } from './command-io.ts'
import type { CommandResult } from './exit-codes.ts'
import { helpLayout } from './help-layout.ts'
import { serveCommand } from './serve-command.ts'

/** The `cascade` command with all its commands. Parsing throws instead of leaving the process. */
export function createProgram(io: CommandIo, tell: (result: CommandResult) => void): Command {
  const program = new Command('cascade')
    .description('Typed stages, served over HTTP in batches on worker threads.')
    .version(readVersion(), '-V, --version', 'print the version')
    .helpOption('-h, --help', 'explain the command')
    .helpCommand('help [command]', 'explain a command')
    .showHelpAfterError('Add --help to see what there is.')
    .configureHelp(helpLayout)
    .configureOutput({ writeOut: io.writeOut, writeErr: io.writeErr })
    .exitOverride()
  for (const command of [serveCommand(io, tell), checkCommand(io)]) {
    program.addCommand(command.copyInheritedSettings(program))
  }
  return program
}

function readVersion(): string {
  const manifest: { readonly version: string } = JSON.parse(
    readFileSync(new URL('../../package.json', import.meta.url), 'utf8'),
  )
  return manifest.version
}
