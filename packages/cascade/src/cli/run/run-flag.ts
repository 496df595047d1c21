import { Option } from 'commander'
import { readRunFlag } from '../../run/options/resolve-run-config.ts'
import { type RunOptionName, type RunOptionTable, runOptionTable } from '../../run/options/run-option-table.ts'
import { runDefaultTextOf, runEnvOf, runFlagOf, runRangeTextOf } from '../../run/options/run-option-text.ts'

/** An option of a run as a flag of the command line: name, help and check come from the option table. */
export function runFlag(name: RunOptionName): Option {
  const specs: RunOptionTable = runOptionTable
  const { placeholder, description, group, isSwitch, isList } = specs[name]
  const byDefault = runDefaultTextOf(name)
  const variable = runEnvOf(name)
  const known = [
    runRangeTextOf(name),
    byDefault && `default ${byDefault}`,
    isList ? 'may be repeated' : undefined,
    variable && `env ${variable}`,
  ]
  const facts = known.filter((fact) => fact !== undefined).join(', ')
  const explained = facts === '' ? description : `${description} (${facts})`
  const option = new Option(`${runFlagOf(name)} ${placeholder}`.trimEnd(), explained).helpGroup(group)
  if (isSwitch) return option
  // Commander calls this once for each time that the flag is given.
  return option.argParser((text: string, before: unknown) => {
    const given = Array.isArray(before) ? [...before, text] : [text]
    return readRunFlag(name, isList ? given : text)
  })
}

/** The key under which commander keeps a flag's value. */
export function runFlagKey(name: RunOptionName): string {
  return runFlag(name).attributeName()
}
