import { PipelineError } from '@redesmyn/core'
import { Command, Option } from 'commander'
import { analysisText } from '../../run/explain/analysis-text.ts'
import type { CommandParts } from '../command-parts.ts'
import { exitCodes } from '../exit-codes.ts'
import { jsonText } from '../json-text.ts'
import { parseAppTarget } from './app-target.ts'
import { dryRunText, isRefused } from './dry-run-text.ts'
import { type ExplainForm, explainPlans, readForm } from './explain-forms.ts'
import { type AssetRun, requestOf, runAssets } from './run-assets.ts'
import { addRunFlags, type GivenFlags } from './run-flags.ts'
import { runReportJson } from './run-report-json.ts'
import { prepareRun } from './prepare-run.ts'

const notes = `
A flag wins over the environment, that over the section "run" of the
configuration file, and that over the default.

Parts are committed one by one. A run that was ended in any way goes on with the
same command, and ends with the same bytes. Progress, the log and the summary go
to stderr; stdout carries what was asked for, or the rows with --output -.

Examples:
  cascade run flow.ts#scored
  cascade run flow.ts#scored --dry-run
  cascade run flow.ts#scored --explain
  cascade run flow.ts#scored --memory 600MiB --threads 4 --max-rejects 1%
  cascade run flow.ts --select +scored --json > report.json
  cascade run flow.ts#scored --shard 3/8
  cat trips.ndjson | cascade run flow.ts#scored --input - --output - | head -1

Exit codes: 0 done, 1 failed and can be resumed, 2 unusable flag, option, app
module or input, 3 too many rejects, 4 schemas that do not fit, 5 changed plan
or held by another run, 6 another host cannot be reached, 7 too little memory,
130 interrupted and can be resumed.`

interface RunFlags extends GivenFlags {
  readonly explain?: ExplainForm
  readonly dryRun?: true
}

/** `cascade run <app#asset>` */
export function runCommand(parts: CommandParts): Command {
  const command = new Command('run')
    .description('push files through the stages of assets: exact, and to be resumed at any time')
    .argument('<app>', 'the module, and after # the asset of it: flow.ts#scored')
    .addHelpText('after', notes)
  addRunFlags(command)
    .addOption(
      new Option(
        '--explain [form]',
        'print what would run, and do nothing: as text, json, mermaid or dot; analyze runs, then prints where time went',
      )
        .argParser(readForm)
        .preset('text')
        .helpGroup('Looking first:'),
    )
    .addOption(
      new Option('--dry-run', 'check everything that needs no row to be read, and write nothing')
        .conflicts('explain')
        .helpGroup('Looking first:'),
    )
  return command.action(async (target: string, flags: RunFlags) => {
    const { explain, dryRun, json } = flags
    const run = await prepareRun(parts, parseAppTarget(target), flags)
    if (dryRun) return await planOnly(parts, run, json ? 'json' : undefined)
    if (explain !== undefined && explain !== 'analyze') return await planOnly(parts, run, json ? 'json' : explain)
    assertStdoutIsFree(run, json === true || explain === 'analyze')
    const reports = await runAssets(run, 'run')
    if (json) parts.io.writeOut(jsonText(runReportJson(reports)))
    else if (explain === 'analyze') parts.io.writeOut(reports.map(analysisText).join('\n'))
  })
}

/** Without a form: a dry run, which also says by its exit code whether a run would begin. */
async function planOnly(
  { io, tell }: CommandParts,
  run: AssetRun,
  form: 'json' | Exclude<ExplainForm, 'analyze'> | undefined,
): Promise<void> {
  const letPrint = io.onPrint(io.writeErr)
  const plans = await run.driver.plan(requestOf(run, new AbortController().signal)).finally(letPrint)
  io.writeOut(form === undefined ? dryRunText(plans) : explainPlans(plans, form))
  if (form === undefined && plans.some(isRefused)) tell(exitCodes.changed)
}

function assertStdoutIsFree({ settings }: AssetRun, isWanted: boolean): void {
  if (!isWanted || settings.options.output !== '-') return
  throw new PipelineError('CONFIG_INVALID', 'stdout takes the rows of --output -, expected no report there too')
}
