import { parseArgs } from 'node:util'
import type { BatchCell } from './cells/batch-cell.ts'
import { bodySizes, bytesCell } from './cells/bytes.ts'
import { cleanCell, cleanValuesCell } from './cells/clean.ts'
import { runCommitOverheadCell } from './cells/commit-overhead.ts'
import { echoCell } from './cells/echo.ts'
import { type Effort, fullEffort, shortEffort } from './cells/effort.ts'
import { expCell } from './cells/exp.ts'
import { runHopCell } from './cells/hop.ts'
import { runIdleCell } from './cells/idle.ts'
import { mlpArrowCell, mlpBytesCell, mlpCell } from './cells/mlp.ts'
import { runOverloadCell } from './cells/overload.ts'
import { runPlacementsCell } from './cells/placements.ts'
import { recordsCell } from './cells/records.ts'
import { runResumeCell } from './cells/resume.ts'
import { runBatchCell } from './cells/run-batch-cell.ts'
import { runServingCell } from './cells/run-serving-cell.ts'
import { runRunStartCell } from './cells/run-start.ts'
import { runServeBesideRunCell } from './cells/serve-beside-run.ts'
import type { ServingCell } from './cells/serving-cell.ts'
import { runSoakCell } from './cells/soak.ts'
import { runStartCell } from './cells/start.ts'
import { streamCell } from './cells/stream.ts'
import { taxiCell } from './cells/taxi.ts'
import { runTaxi50mCell } from './cells/taxi-50m.ts'
import { tensorHopCell } from './cells/tensor-hop.ts'
import { twoStagesCell } from './cells/two-stages.ts'
import { runWatchedRunCell } from './cells/watched-run.ts'
import { renderBatch, reportBatch } from './report/batch-report.ts'
import { writeResults } from './report/results-file.ts'
import { renderServing, reportServing } from './report/serving-report.ts'
import { renderTable } from './report/table.ts'

interface Tally {
  readonly passed: readonly string[]
  readonly failed: readonly string[]
  readonly skipped: readonly string[]
}

const usage = `usage: npm run bench -- [cell …] [--short] [--rounds n] [--seconds n] [--peer name]
cells: exp echo mlp mlp-bytes mlp-arrow records two-stages tensor-hop bytes-100k bytes-1m stream overload idle start soak
taxi taxi-50m clean clean-values run-start resume commit-overhead watched-run serve-beside-run placements hop`

const cells: Readonly<Record<string, (effort: Effort, peers: readonly string[]) => Promise<Tally>>> = {
  exp: (effort, peers) => runServing(expCell(), effort, peers),
  echo: (effort, peers) => runServing(echoCell(), effort, peers),
  mlp: async (effort, peers) => runServing(await mlpCell(), effort, peers),
  'mlp-bytes': async (effort, peers) => runServing(await mlpBytesCell(), effort, peers),
  'mlp-arrow': async (effort, peers) => runServing(await mlpArrowCell(), effort, peers),
  records: (effort, peers) => runServing(recordsCell(), effort, peers),
  stream: (effort, peers) => runServing(streamCell(), effort, peers),
  'two-stages': (effort, peers) => runServing(twoStagesCell(), effort, peers),
  'tensor-hop': (effort, peers) => runServing(tensorHopCell(), effort, peers),
  'bytes-100k': (effort, peers) => runServing(bytesCell('bytes-100k', bodySizes.small), effort, peers),
  'bytes-1m': (effort, peers) => runServing(bytesCell('bytes-1m', bodySizes.large), effort, peers),
  overload: (effort) => runSolo(effort, runOverloadCell),
  idle: (effort) => runSolo(effort, runIdleCell),
  start: (effort) => runSolo(effort, runStartCell),
  soak: (effort) => runSolo(effort, runSoakCell),
  taxi: (effort, peers) => runBatch(taxiCell(effort), effort, peers),
  'taxi-50m': (effort) => runSolo(effort, runTaxi50mCell),
  clean: (effort, peers) => runBatch(cleanCell(effort), effort, peers),
  'clean-values': (effort, peers) => runBatch(cleanValuesCell(effort), effort, peers),
  'run-start': (effort) => runSolo(effort, runRunStartCell),
  resume: (effort) => runSolo(effort, runResumeCell),
  'commit-overhead': (effort) => runSolo(effort, runCommitOverheadCell),
  'watched-run': (effort) => runSolo(effort, runWatchedRunCell),
  'serve-beside-run': (effort) => runSolo(effort, runServeBesideRunCell),
  placements: (effort) => runSolo(effort, runPlacementsCell),
  hop: (effort) => runSolo(effort, runHopCell),
}

async function runServing(cell: ServingCell, effort: Effort, peers: readonly string[]): Promise<Tally> {
  const isWanted = (name: string) => peers.length === 0 || peers.includes(name)
  const chosen = {
    ...cell,
    peers: cell.peers.filter(({ contender }) => isWanted(contender.name)),
    loops: cell.loops.filter(({ name }) => isWanted(name)),
  }
  const outcome = await runServingCell(chosen, effort)
  const report = reportServing(chosen, outcome)
  const shown = effort.isShort ? { ...report, goals: [] } : report
  if (report.lines.length > 0) console.log(renderServing(`${cell.name}: ${cell.title}`, shown))
  if (!effort.isShort) writeResults({ cell: cell.name, title: cell.title, effort, report })
  return outcome
}

async function runBatch(cell: BatchCell, effort: Effort, peers: readonly string[]): Promise<Tally> {
  const isWanted = (name: string) => peers.length === 0 || peers.includes(name)
  const chosen = {
    ...cell,
    peers: cell.peers.filter(({ name }) => isWanted(name)),
    parts: cell.parts.filter(({ name }) => isWanted(name)),
  }
  const outcome = await runBatchCell(chosen, effort)
  const report = reportBatch(chosen, outcome)
  const shown = effort.isShort ? { ...report, goals: [] } : report
  if (report.lines.length > 0) console.log(renderBatch(`${cell.name}: ${cell.title}`, shown))
  if (!effort.isShort) writeResults({ cell: cell.name, title: cell.title, effort, report })
  return outcome
}

async function runSolo(effort: Effort, run: typeof runIdleCell): Promise<Tally> {
  const outcome = await run(effort)
  const { name, title, columns, rows } = outcome
  if (rows.length > 0) console.log(`\n${name}: ${title}\n\n${renderTable(columns, rows)}`)
  if (!effort.isShort) writeResults({ cell: name, title, effort, report: { columns, rows } })
  return outcome
}

async function main(): Promise<void> {
  const { values, positionals } = parseArgs({
    allowPositionals: true,
    options: {
      short: { type: 'boolean', default: false },
      rounds: { type: 'string' },
      seconds: { type: 'string' },
      peer: { type: 'string', multiple: true, default: [] },
      help: { type: 'boolean', default: false },
    },
  })
  const unknown = positionals.filter((name) => !Object.hasOwn(cells, name))
  if (values.help || unknown.length > 0) {
    console.log(unknown.length > 0 ? `there is no cell "${unknown.join('", "')}"\n${usage}` : usage)
    process.exitCode = values.help ? 0 : 2
    return
  }
  const base = values.short ? shortEffort : fullEffort
  const effort = {
    ...base,
    rounds: Number(values.rounds ?? base.rounds),
    seconds: Number(values.seconds ?? base.seconds),
  }
  const chosen = Object.entries(cells).filter(([name]) => positionals.length === 0 || positionals.includes(name))
  const tallies: Tally[] = []
  for (const [, run] of chosen) tallies.push(await run(effort, values.peer))
  conclude(tallies)
}

function conclude(tallies: readonly Tally[]): void {
  const passed = tallies.flatMap((tally) => tally.passed)
  const failed = tallies.flatMap((tally) => tally.failed)
  const skipped = tallies.flatMap((tally) => tally.skipped)
  console.log('')
  for (const name of skipped) console.log(`skipped  ${name}`)
  for (const name of failed) console.log(`failed   ${name}`)
  console.log(`${passed.length} passed, ${failed.length} failed, ${skipped.length} skipped`)
  process.exitCode = failed.length === 0 ? 0 : 1
}

await main()
