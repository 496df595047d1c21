import { mkdtemp, readdir, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout } from 'node:timers/promises'
import { type FlowReport, FlowRun, runFlow } from '../flow-run.ts'
import { writeTrips } from '../taxi/write-trips.ts'
import type { Terminal } from './terminal.ts'

const rows = 1_000_000
// From dist/demo to the flow's own source, which the command bundles.
const flow = new URL('../../taxi/flow.ts', import.meta.url)

/** The same kind of stages over files: a million trips, scored, then killed half-way and resumed. */
export async function scoreTrips(terminal: Terminal): Promise<void> {
  const folder = await mkdtemp(join(tmpdir(), 'redesmyn-demo-'))
  try {
    terminal.step(`${count(rows)} taxi trips in Parquet files, drawn from a seed`)
    const drawnAtMs = performance.now()
    const files = { rows, fileRows: 250_000, groupRows: 50_000, format: 'parquet', seed: 1 } as const
    const paths = writeTrips({ ...files, folder: join(folder, 'data') })
    terminal.answer(`${paths.length} files in ${((performance.now() - drawnAtMs) / 1000).toFixed(1)} s`)
    await scoreAll(terminal, folder)
    await killAndResume(terminal, folder)
  } finally {
    await rm(folder, { recursive: true })
  }
}

async function scoreAll(terminal: Terminal, folder: string): Promise<void> {
  terminal.step('Score them with an ONNX model')
  terminal.command('cascade run examples/taxi/flow.ts#scored --threads 2')
  const progress = process.stderr.isTTY ? 'inherit' : 'pipe'
  showTotals(terminal, await runFlow(flow, 'scored', flagsFor(folder, 'scored'), progress))
}

async function killAndResume(terminal: Terminal, folder: string): Promise<void> {
  terminal.step('Once more, killed in the middle, then the same command again')
  const flags = flagsFor(folder, 'resumed')
  const run = new FlowRun(flow, 'scored', [...flags, '--progress', 'json'])
  const over = new AbortController()
  const ended = run.ended.finally(() => over.abort())
  await partsOf(join(folder, 'resumed'), 5, over.signal)
  run.kill('SIGKILL')
  const { code } = await ended
  terminal.refusal(code === null ? 'killed with SIGKILL' : `it had ended before, with exit code ${code}`)
  showTotals(terminal, await runFlow(flow, 'scored', flags))
}

/** Until so many parts of an output are committed, or the signal aborts. */
async function partsOf(output: string, wanted: number, signal: AbortSignal): Promise<void> {
  const commits = join(output, '_cascade', 'commits')
  while (!signal.aborted && (await readdir(commits).catch(() => [])).length < wanted) await setTimeout(10)
}

function showTotals(terminal: Terminal, { rows: { in: read, out, rejected }, parts, elapsedMs }: FlowReport): void {
  const seconds = elapsedMs / 1000
  terminal.answer(`${count(out)} of ${count(read)} rows written, ${rejected} rejected, in ${seconds.toFixed(1)} s`)
  terminal.note(`${parts.committed - parts.skipped} parts in this run, ${parts.skipped} had been there before`)
  if (out + rejected !== rows) process.exitCode = 1
}

function flagsFor(folder: string, output: string): readonly string[] {
  const place = ['--input', join(folder, 'data', '*.parquet'), '--output', join(folder, output)]
  return [...place, '--threads', '2', '--part-rows', '50000']
}

function count(value: number): string {
  return value.toLocaleString('en')
}
