import { resolve } from 'node:path'
import { Command } from 'commander'
import type { CommandParts } from '../command-parts.ts'
import { jsonText } from '../json-text.ts'
import { statusText } from './status-text.ts'

const notes = `
Reads the files of the output alone: it works while a run goes on, after it was
killed, and on another machine that sees the folder.

Examples:
  cascade status out/scored
  cascade status out/scored --json

Exit codes: 0 told, 2 no run has begun an output there.`

/** `cascade status <folder>` */
export function statusCommand({ io, loadDriver }: CommandParts): Command {
  return new Command('status')
    .description('say where an output stands: parts, rows, and who works on it')
    .argument('<folder>', 'the folder that a run writes to')
    .option('--json', 'print one JSON object on stdout')
    .addHelpText('after', notes)
    .action(async (folder: string, { json }: { readonly json?: true }) => {
      const driver = await loadDriver()
      const status = await driver.status(resolve(folder))
      const { holder, lastCommitAt } = status
      const told = { ...status, holder: holder ?? null, lastCommitAt: lastCommitAt ?? null }
      io.writeOut(json ? jsonText(told) : statusText(status))
    })
}
