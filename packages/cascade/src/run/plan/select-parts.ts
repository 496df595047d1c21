import { closestName, PipelineError } from '@redesmyn/core'
import { expandBraces } from './expand-braces.ts'
import type { Part } from './run-plan.ts'

export interface PartSelection {
  /** The `index`-th of `count` shares, counted from 1. */
  readonly shard?: { readonly index: number; readonly count: number }
  /** Partitions as `key=value`, several of them joined by `/`, or as a value of any key; braces expand. */
  readonly partitions?: readonly string[]
}

/** The parts that a run is to make. Throws CONFIG_INVALID naming a partition that the input does not have. */
export function selectParts(parts: readonly Part[], { shard, partitions }: PartSelection): readonly Part[] {
  const wanted = partitions === undefined || partitions.length === 0 ? parts : ofPartitions(parts, partitions)
  if (shard === undefined) return wanted
  // By their numbers in the plan, so that shares of one partition are shares of the whole as well.
  return wanted.filter(({ index }) => index % shard.count === shard.index - 1)
}

function ofPartitions(parts: readonly Part[], partitions: readonly string[]): readonly Part[] {
  const chosen = new Set<Part>()
  for (const pattern of partitions) {
    const found = expandBraces(pattern).flatMap((text) => parts.filter((part) => isWithin(part, text)))
    if (found.length === 0) throw unknownPartition(parts, pattern)
    for (const part of found) chosen.add(part)
  }
  return parts.filter((part) => chosen.has(part))
}

function isWithin({ partition }: Part, text: string): boolean {
  return text.split('/').every((piece) => {
    const at = piece.indexOf('=')
    if (at < 1) return Object.values(partition).includes(piece)
    return partition[piece.slice(0, at)] === piece.slice(at + 1)
  })
}

function unknownPartition(parts: readonly Part[], pattern: string): PipelineError {
  const known = [...new Set(parts.flatMap(({ partition }) => pairsOf(partition)))]
  if (known.length === 0) {
    return new PipelineError(
      'CONFIG_INVALID',
      `no partition is "${pattern}": no file of the input is in a folder named "key=value"`,
    )
  }
  const closest = closestName(pattern, known)
  const hint = closest === undefined ? `the first is "${known[0]}"` : `did you mean "${closest}"`
  const message = `no partition of the input is "${pattern}", ${hint}`
  return new PipelineError('CONFIG_INVALID', message, { details: { partition: pattern } })
}

function pairsOf(partition: Readonly<Record<string, string>>): readonly string[] {
  return Object.entries(partition).map(([key, value]) => `${key}=${value}`)
}
