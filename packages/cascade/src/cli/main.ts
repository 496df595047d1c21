import process from 'node:process'
import { easeThreadHeaps } from '@redesmyn/worker'
import { runCommandLine } from './command-line.ts'
import { loadDriver } from './load-driver.ts'
import { processIo } from './process-io.ts'

easeThreadHeaps(process.execArgv)
const result = await runCommandLine(process.argv.slice(2), processIo(process), loadDriver)
// An app module that was only looked at may hold timers or sockets of its own: they must not keep the command alive.
if (result !== 'running') process.exit(result)
