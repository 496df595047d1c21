import { defaultTextOf, envOf, flagOf, type OptionName, optionTable, rangeTextOf, readFlag } from '@redesmyn/worker'
import { Option } from 'commander'
import { optionGroup } from './option-group.ts'

/** A server option as a flag of the command line: name, help and check come from the option table. */
export function optionFlag(name: OptionName): Option {
  const { placeholder, description } = optionTable[name]
  const byDefault = defaultTextOf(name)
  const known = [rangeTextOf(name), byDefault && `default ${byDefault}`, `env ${envOf(name)}`]
  const facts = known.filter((fact) => fact !== undefined).join(', ')
  return new Option(`${flagOf(name)} ${placeholder}`, `${description} (${facts})`)
    .argParser((text) => readFlag(name, text))
    .helpGroup(optionGroup(name))
}
