import { runCommand } from './run-command.ts'

const result = await runCommand(process.argv.slice(2), {
  writeOut: (text) => void process.stdout.write(text),
  writeErr: (text) => void process.stderr.write(text),
  isErrTerminal: process.stderr.isTTY === true,
  isoTime: () => new Date().toISOString(),
})
// An app module that was only looked at may hold timers or sockets of its own: they must not keep the command alive.
if (result !== 'running') process.exit(result)
