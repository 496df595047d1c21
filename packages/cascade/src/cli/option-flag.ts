import {
  defaultTextOf,
  envOf,
  flagOf,
  type OptionName,
  type OptionTable,
  optionTable,
  rangeTextOf,
  readFlag,
} from '@redesmyn/worker'
import { Option } from 'commander'
import { optionGroup } from './option-group.ts'

/** A server option as a flag of the command line: name, help and check come from the option table. */
export function optionFlag(name: OptionName): Option {
  const { placeholder, description } = optionTable[name]
  const byDefault = defaultTextOf(name)
  const specs: OptionTable = optionTable
  const repeats = specs[name].isList ? 'may be repeated' : undefined
  const known = [rangeTextOf(name), repeats, byDefault && `default ${byDefault}`, `env ${envOf(name)}`]
  const facts = known.filter((fact) => fact !== undefined).join(', ')
  const option = new Option(`${flagOf(name)} ${placeholder}`, `${description} (${facts})`).helpGroup(optionGroup(name))
  if (!specs[name].isList) return option.argParser((text) => readFlag(name, text))
  // Commander calls this once for each time that the flag is given.
  return option.argParser((text, before: unknown) => {
    const value: unknown = readFlag(name, text)
    return Array.isArray(before) && Array.isArray(value) ? [...before, ...value] : value
  })
}
