import { resolve } from 'node:path'
import { type OptionSpec, wholeNumberOption } from '@redesmyn/worker'
import { PipelineError } from '@redesmyn/core'
import { Command } from 'commander'
import type { CommandParts } from '../command-parts.ts'
import { jsonText } from '../json-text.ts'
import { rejectsText } from './rejects-text.ts'

const notes = `
Reads the files of rejects beside the output: every row that a run did not take,
with its stage, code and message, the file and the row that it came from.

Examples:
  cascade rejects out/scored
  cascade rejects out/scored --stage score --limit 100
  cascade rejects out/scored --json | jq '.rows[].record'

Exit codes: 0 told, also where there are none, 2 no run has begun an output
there.`

const limitSpec: OptionSpec<number> = wholeNumberOption({
  default: 20,
  min: 0,
  max: 1_000_000,
  description: 'most rows to list',
})

interface RejectsFlags {
  readonly limit?: number
  readonly stage?: string
  readonly code?: string
  readonly json?: true
}

/** `cascade rejects <folder>` */
export function rejectsCommand({ io, loadDriver }: CommandParts): Command {
  return new Command('rejects')
    .description('say which rows a run has rejected, and why')
    .argument('<folder>', 'the folder that the run writes to')
    .option('--stage <name>', 'only those of one stage')
    .option('--code <code>', 'only those with one code, such as RECORD_INVALID')
    .option('--limit <n>', 'most rows to list (0 to 1000000, default 20)', readLimit)
    .option('--json', 'print one JSON object on stdout')
    .addHelpText('after', notes)
    .action(async (folder: string, { json, limit = limitSpec.default, ...only }: RejectsFlags) => {
      const driver = await loadDriver()
      const report = await driver.rejects({ folder: resolve(folder), maxRows: limit, ...only })
      io.writeOut(json ? jsonText(report) : rejectsText(report))
    })
}

function readLimit(text: string): number {
  const value = limitSpec.read(text)
  if (value !== undefined) return value
  throw new PipelineError('CONFIG_INVALID', `--limit must be ${limitSpec.accepts}, got ${JSON.stringify(text)}`)
}
