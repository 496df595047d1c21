import { spawn } from 'node:child_process'
import { createHash } from 'node:crypto'
import { once } from 'node:events'
import { readFileSync, readdirSync } from 'node:fs'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { text } from 'node:stream/consumers'
import { fileURLToPath } from 'node:url'
import { isMain } from '@redesmyn/worker'
import { flow, type OpenPlace, type Place, places } from './places.ts'

const cascade = fileURLToPath(new URL('../bin/cascade.js', import.meta.resolve('@redesmyn/cascade')))

export interface Comparison {
  readonly place: string
  /** Of the output, or why there is none. */
  readonly outcome: { readonly sha256: string; readonly seconds: number } | { readonly missing: string }
}

/** Runs the flow once with its stage in each place, on the same trips. */
export async function compare(input: string): Promise<readonly Comparison[]> {
  const folder = await mkdtemp(join(tmpdir(), 'redesmyn-three-'))
  try {
    const comparisons: Comparison[] = []
    for (const [index, place] of places.entries())
      comparisons.push(await runIn(place, join(folder, `${index}`), { folder, input }))
    return comparisons
  } finally {
    await rm(folder, { recursive: true })
  }
}

async function runIn(
  place: Place,
  output: string,
  { folder, input }: { folder: string; input: string },
): Promise<Comparison> {
  if (place.missing !== undefined) return { place: place.name, outcome: { missing: place.missing } }
  const open = await place.open(folder)
  try {
    const seconds = await run(open, ['--input', input, '--output', output, '--part-rows', '5000'])
    return { place: place.name, outcome: { sha256: hashOf(output), seconds } }
  } finally {
    await open.close()
  }
}

async function run({ enter, flags }: OpenPlace, words: readonly string[]): Promise<number> {
  const [program, ...rest] = [
    ...enter,
    process.execPath,
    cascade,
    'run',
    `${flow}#scored`,
    ...words,
    ...flags,
    '--quiet',
  ]
  const startedAtMs = performance.now()
  const child = spawn(program, rest, { stdio: ['ignore', 'ignore', 'pipe'] })
  const [stderr] = await Promise.all([text(child.stderr), once(child, 'close')])
  if (child.exitCode !== 0) throw new Error(`cascade run ended with ${child.exitCode}:\n${stderr}`)
  return (performance.now() - startedAtMs) / 1000
}

/** Of all files of an output, in the order of their parts. */
function hashOf(output: string): string {
  const hash = createHash('sha256')
  const records = join(output, '_cascade', 'commits')
  for (const name of readdirSync(records).toSorted()) {
    const { files }: { files: readonly { name: string }[] } = JSON.parse(readFileSync(join(records, name), 'utf8'))
    for (const file of files) hash.update(readFileSync(join(output, file.name)))
  }
  return hash.digest('hex')
}

if (isMain(import.meta)) {
  const input = fileURLToPath(new URL('../taxi/data/*.parquet', import.meta.url))
  for (const { place, outcome } of await compare(process.argv[2] ?? input)) {
    const told =
      'missing' in outcome ? `left out: ${outcome.missing}` : `${outcome.sha256}  ${outcome.seconds.toFixed(1)} s`
    console.log(`${place.padEnd(40)} ${told}`)
  }
}
