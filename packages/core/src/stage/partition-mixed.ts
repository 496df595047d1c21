import { PipelineError } from '../errors/pipeline-error.ts'
import type { PartitionValues } from './partitions-of.ts'

/** Clients choose the values: an answer is not to grow with them. */
const maxListed = 10
const maxTextLength = 64

/** `found`: what the rows have; `wanted`: what was asked for, where something was. */
export function partitionMixed(
  by: readonly string[],
  found: readonly PartitionValues[],
  wanted?: PartitionValues,
): PipelineError {
  const values = found.slice(0, maxListed).map((one) => listed(by, one))
  const shown = values.map((one) => by.map((name) => shownText(one[name])).join('/')).join(', ')
  const more = found.length > values.length ? ' …' : ''
  const columns = by.map((name) => `"${name}"`).join(', ')
  const expected = wanted === undefined ? 'one' : by.map((name) => shownText(listed(by, wanted)[name])).join('/')
  const message = `rows of one call must have the same ${columns}, expected ${expected}, got ${shown}${more}`
  return new PipelineError('PARTITION_MIXED', message, { details: { by, values, partitionCount: found.length } })
}

function listed(by: readonly string[], values: PartitionValues): Readonly<Record<string, string | null>> {
  return Object.fromEntries(
    by.map((name) => [name, Object.hasOwn(values, name) ? values[name].slice(0, maxTextLength) : null]),
  )
}

function shownText(value: string | null): string {
  return value === null ? 'null' : `"${value}"`
}
