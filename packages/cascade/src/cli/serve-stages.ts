import { PipelineError } from '@redesmyn/core'
import { type ConfigOptions, exitOnSignals, flagOf, type OptionName, optionNames } from '@redesmyn/worker'
import { Option } from 'commander'
import { StageServer } from '../stage-server/stage-server.ts'
import type { CommandResult } from './exit-codes.ts'
import { optionGroup } from './option-group.ts'

/** Of `cascade serve`, what says that stages are offered and not endpoints. */
export interface StageFlags {
  readonly stage?: readonly string[]
  readonly listen?: readonly string[]
  readonly insecure?: true
}

const group = optionGroup('maxCalls')

/** They come before the options of the same heading. */
export function stageFlags(): readonly Option[] {
  return [
    repeated('--stage <name>', 'offer this stage to senders in other processes, and no endpoints (may be repeated)'),
    repeated(
      '--listen <address>',
      'with --stage: unix:<path>, http://<host>:<port> or https://… (may be repeated, default --host and --port)',
    ),
    new Option('--insecure', 'with --stage: an address that others than this machine reach may go without TLS'),
  ].map((option) => option.helpGroup(group))
}

function repeated(flag: string, description: string): Option {
  return new Option(flag, description).argParser((text: string, before: readonly string[] | undefined) => {
    return [...(before ?? []), text]
  })
}

/** Throws CONFIG_INVALID for flags that only stages have where none is offered. */
export function assertForStages({ listen, insecure }: StageFlags, options: ConfigOptions): void {
  const given = [
    ...(listen === undefined ? [] : ['--listen']),
    ...(insecure === undefined ? [] : ['--insecure']),
    ...optionNames.filter((name) => isOfStages(name) && options[name] !== undefined).map(flagOf),
  ]
  if (given.length === 0) return
  throw new PipelineError('CONFIG_INVALID', `${given.join(', ')}: expected --stage, which it goes with`)
}

function isOfStages(name: OptionName): boolean {
  return optionGroup(name) === group
}

export async function serveStages(
  app: string,
  { stage = [], listen, insecure }: StageFlags,
  config: ConfigOptions,
): Promise<CommandResult> {
  const options = { app, stages: stage, isInsecure: insecure === true, config, ...(listen !== undefined && { listen }) }
  const server = new StageServer(options)
  exitOnSignals(server, process)
  await server.serve()
  return 'running'
}
