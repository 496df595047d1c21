import { type ConfigOptions, exitOnSignals, optionNames, Server } from '@redesmyn/worker'
import { Command } from 'commander'
import { optionFlag } from './option-flag.ts'

const notes = `
The log goes to stderr; its line "listening" carries the address, once every stage is warm.
SIGINT and SIGTERM answer what was accepted and end with 0, or with 1 when the drain time was over first.
A second signal ends the process at once (137).

Examples:
  cascade serve app.ts
  cascade serve app.ts --host 0.0.0.0 --port 8080 --threads 4
  CASCADE_PORT=0 CASCADE_LOG_LEVEL=debug cascade serve app.ts

Exit codes: 0 stopped, 1 failed, 2 unusable flag, option, app module or address, 4 schemas that do not fit.`

/** `cascade serve <app>`: calls back when the server listens. */
export function serveCommand(onListening: () => void): Command {
  const command = new Command('serve')
    .description('answer HTTP requests with the endpoints that an app module exports')
    .argument('<app>', 'the module: .ts, .mts, .js, .mjs or .cjs, or a .yaml or .json file that declares one')
    .addHelpText('after', notes)
  for (const name of optionNames) command.addOption(optionFlag(name))
  return command.action(async (app: string, options: ConfigOptions) => {
    const server = new Server({ ...options, app })
    exitOnSignals(server, process)
    await server.serve()
    onListening()
  })
}
