import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'

interface Profile {
  readonly nodes: readonly { readonly id: number; readonly callFrame: { readonly url: string } }[]
  readonly samples: readonly number[]
  /** Microseconds before each sample. */
  readonly timeDeltas: readonly number[]
}

/** Milliseconds that all threads of a process spent in functions of modules whose URLs end so, by node's profiles of it. */
export function profiledMs(folder: string, endings: readonly string[]): number {
  const names = readdirSync(folder).filter((name) => name.endsWith('.cpuprofile'))
  const profiles = names.map((name): Profile => JSON.parse(readFileSync(join(folder, name), 'utf8')))
  return profiles.reduce((sum, profile) => sum + msWithin(profile, endings), 0)
}

function msWithin({ nodes, samples, timeDeltas }: Profile, endings: readonly string[]): number {
  const within = new Set(
    nodes.filter(({ callFrame }) => endings.some((end) => callFrame.url.endsWith(end))).map(({ id }) => id),
  )
  return samples.reduce((sum, id, index) => (within.has(id) ? sum + (timeDeltas[index] ?? 0) : sum), 0) / 1000
}
