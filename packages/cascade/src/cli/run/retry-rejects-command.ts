import { Command } from 'commander'
import type { RunOptionName } from '../../run/options/run-option-table.ts'
import type { CommandParts } from '../command-parts.ts'
import { jsonText } from '../json-text.ts'
import { parseAppTarget } from './app-target.ts'
import { prepareRun } from './prepare-run.ts'
import { runAssets } from './run-assets.ts'
import { addRunFlags } from './run-flags.ts'
import { runReportJson } from './run-report-json.ts'

/** What the first run has settled cannot be said again. */
const optionNames: readonly RunOptionName[] = [
  'output',
  'lineage',
  'threads',
  'memoryBytes',
  'maxRejects',
  'nice',
  'progress',
  'metricsPort',
  'logLevel',
  'logFile',
  'quiet',
]

const notes = `
Only the rows that a run has rejected go through the stages again. Those that
succeed are added to the output, as parts of their own; the others stay
rejected. What was committed before is not touched.

Examples:
  cascade rejects out/scored
  cascade retry-rejects flow.ts#scored

Exit codes: as of "cascade run".`

/** `cascade retry-rejects <app#asset>` */
export function retryRejectsCommand(parts: CommandParts): Command {
  const command = new Command('retry-rejects')
    .description('run rejected rows again, after their handler was mended')
    .argument('<app>', 'the module, and after # the asset of it: flow.ts#scored')
    .addHelpText('after', notes)
  return addRunFlags(command, optionNames).action(async (target: string, flags) => {
    const run = await prepareRun(parts, parseAppTarget(target), flags)
    const reports = await runAssets(run, 'retryRejects')
    if (flags.json) parts.io.writeOut(jsonText(runReportJson(reports)))
  })
}
