import { envOf, flagOf, type OptionName, optionTable, readFlag } from '@redesmyn/worker'
import { Option } from 'commander'

/** A server option as a flag of the command line: name, help and check come from the option table. */
export function optionFlag(name: OptionName): Option {
  const { placeholder, description, default: byDefault } = optionTable[name]
  const origin = [byDefault === undefined ? undefined : `default ${byDefault}`, `env ${envOf(name)}`]
  const known = origin.filter((part) => part !== undefined).join(', ')
  return new Option(`${flagOf(name)} ${placeholder}`, `${description} (${known})`).argParser((text) => readFlag(name, text))
}
