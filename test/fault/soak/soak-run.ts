import { createReadStream, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { createInterface } from 'node:readline'
import { fileURLToPath } from 'node:url'
import { CascadeProcess } from '../../cascade/cascade-process.ts'
import { type MemorySample, ownMemory } from './memory-slope.ts'

export interface SoakOptions {
  /** About how long the run takes where nothing befalls it. */
  readonly seconds: number
  /** How long a batch takes. */
  readonly paceMs: number
  readonly seed: number
  /** Of all batches, those that something befalls. */
  readonly share: number
}

export interface SoakReport {
  readonly code: number | null
  readonly stderr: string
  readonly seconds: number
  readonly rowCount: number
  readonly batchCount: number
  /** By kind, with how often. */
  readonly faults: ReadonlyMap<string, number>
  /** Ids that are not in the output exactly once, or with another value: the first of them. */
  readonly wrong: readonly string[]
  readonly rejected: number
  readonly memory: readonly MemorySample[]
}

const flow = fileURLToPath(new URL('./soak-flow.ts', import.meta.url))
const batchRows = 200
const threads = 2
const sampleMs = 500

/** One run at a steady pace, with trouble drawn from a seed; its output is looked through row by row. */
export async function runSoak({ seconds, paceMs, seed, share }: SoakOptions): Promise<SoakReport> {
  const folder = mkdtempSync(join(tmpdir(), 'redesmyn-soak-'))
  const [input, output, marks] = ['in', 'out', 'marks'].map((name) => join(folder, name))
  const batchCount = Math.ceil((seconds * 1000 * threads) / paceMs)
  const rowCount = batchCount * batchRows
  const memory: MemorySample[] = []
  try {
    for (const path of [input, marks]) mkdirSync(path)
    writeRows(input, rowCount)
    const startedAt = performance.now()
    const run = new CascadeProcess(
      [
        ...['run', `${flow}#soaked`, '--input', join(input, '*.ndjson'), '--output', output, '--json'],
        ...['--batch-rows', String(batchRows), '--part-bytes', '200000', '--progress', 'none'],
      ],
      {
        SOAK_SEED: String(seed),
        SOAK_SHARE: String(share),
        SOAK_MARKS: marks,
        SOAK_PACE_MS: String(paceMs),
        SOAK_BATCH_ROWS: String(batchRows),
      },
    )
    const since = (): number => (performance.now() - startedAt) / 1000
    const timer = setInterval(() => {
      const bytes = ownMemory(run.pid)
      if (bytes > 0) memory.push({ seconds: since(), bytes })
    }, sampleMs)
    const { code, stderr, stdout } = await run.ended
    clearInterval(timer)
    const took = since()
    const rejected = code === 0 ? Number(JSON.parse(stdout).assets[0].rows.rejected) : Number.NaN
    const wrong = code === 0 ? await findWrong(output, rowCount) : []
    return { code, stderr, seconds: took, rowCount, batchCount, faults: countMarks(marks), wrong, rejected, memory }
  } finally {
    rmSync(folder, { recursive: true })
  }
}

/** Files whose rows are whole batches, so that every batch but a part's last is one. */
function writeRows(folder: string, rowCount: number): void {
  const fileRows = 100_000
  for (let first = 0; first < rowCount; first += fileRows) {
    const count = Math.min(fileRows, rowCount - first)
    const lines = Array.from({ length: count }, (_, index) => `{"id":${first + index}}\n`)
    writeFileSync(join(folder, `${String(first).padStart(12, '0')}.ndjson`), lines.join(''))
  }
}

async function findWrong(output: string, rowCount: number): Promise<readonly string[]> {
  const seen = new Uint8Array(rowCount)
  const wrong: string[] = []
  const { files }: { readonly files: readonly { readonly name: string }[] } = JSON.parse(
    readFileSync(join(output, 'manifest.json'), 'utf8'),
  )
  for (const { name } of files) {
    for await (const line of createInterface(createReadStream(join(output, name)))) {
      const { id, y } = JSON.parse(line)
      if (y !== 2 * id || !(seen[id] === 0)) wrong.push(line)
      seen[id] = 1
    }
  }
  const lost = seen.indexOf(0)
  if (lost >= 0) wrong.push(`{"id":${lost}} is lost`)
  return wrong.slice(0, 10)
}

function countMarks(folder: string): ReadonlyMap<string, number> {
  const counts = new Map<string, number>()
  for (const name of readdirSync(folder)) {
    const [kind] = name.split('-')
    counts.set(kind, (counts.get(kind) ?? 0) + 1)
  }
  return counts
}
