import { type Command, Option } from 'commander'
import type { RunConfigOptions } from '../../run/options/resolve-run-config.ts'
import { optionFlag } from '../option-flag.ts'
import { type RunOptionName, runOptionNames } from '../../run/options/run-option-table.ts'
import { runFlag, runFlagKey } from './run-flag.ts'

/** The flags of commands that run assets, as commander read them. */
export type GivenFlags = Readonly<Record<string, unknown>> & {
  readonly config?: string
  readonly profile?: string
  readonly place?: readonly string[]
  readonly json?: true
}

/** Adds the options of a run, the path of the configuration file, and `--json`. */
export function addRunFlags(command: Command, names: readonly RunOptionName[] = runOptionNames): Command {
  for (const name of names) command.addOption(runFlag(name))
  // What a run has in common with a server is told with the same words.
  for (const name of ['config', 'profile', 'place'] as const) command.addOption(optionFlag(name))
  return command.addOption(new Option('--json', 'print one JSON object on stdout').helpGroup('Watching:'))
}

/** The options of a run among the flags, by their names in the option table. Each was checked when it was parsed. */
export function runOptionsOf(flags: GivenFlags): RunConfigOptions {
  const given = runOptionNames.flatMap((name) => {
    const value = flags[runFlagKey(name)]
    return value === undefined ? [] : [[name, value] as const]
  })
  return Object.fromEntries(given)
}
