import type { CellOutcome, Pairing } from '../cells/outcome.ts'
import type { Goal, ServingCell } from '../cells/serving-cell.ts'
import type { Sample } from '../drive/measure-side.ts'
import { median, spread } from '../measure/median.ts'
import { renderTable } from './table.ts'

/** One line of a table: a side at one number of connections, medians over the rounds. */
export interface ReportLine {
  readonly connections: number
  readonly server: string
  readonly perSecond: number
  readonly p50Ms?: number
  readonly p99Ms?: number
  readonly cpuMicrosPerRequest?: number
  readonly peakMiB?: number
  readonly meanBatchRows?: number | undefined
  readonly errors?: number
  /** The subject's rate divided by this server's, round by round. */
  readonly ratio?: { readonly median: number; readonly min: number; readonly max: number }
}

export interface GoalLine {
  readonly connections: number
  readonly goal: string
  readonly measured: number
  readonly isReached: boolean
}

export interface ServingReport {
  readonly lines: readonly ReportLine[]
  readonly goals: readonly GoalLine[]
}

export function reportServing(cell: ServingCell, outcome: CellOutcome): ServingReport {
  const connections = [...new Set(outcome.pairings.map((pairing) => pairing.connections))].toSorted((a, b) => a - b)
  const lines = connections.flatMap((count) => {
    const pairings = outcome.pairings.filter((pairing) => pairing.connections === count)
    const ours = pairings.flatMap(({ rounds }) => rounds.map((round) => round.ours))
    return [describe(count, cell.subject.contender.name, ours), ...pairings.map(describePeer)]
  })
  const goals = cell.goals.flatMap((goal) =>
    goal.connections.flatMap((count) => judge(goal, count, outcome.pairings, lines)),
  )
  return { lines, goals: goals.toSorted((a, b) => a.connections - b.connections) }
}

export function renderServing(title: string, report: ServingReport): string {
  const head = [
    'server',
    'conns',
    'req/s',
    'p50 ms',
    'p99 ms',
    'cpu µs/req',
    'peak MiB',
    'batch',
    'errors',
    'cascade ×',
    'min',
    'max',
  ]
  const rows = report.lines.map((line) => [
    line.server,
    String(line.connections),
    line.perSecond.toFixed(0),
    ...[line.p50Ms, line.p99Ms].map((value) => value?.toFixed(3) ?? ''),
    ...[line.cpuMicrosPerRequest, line.peakMiB, line.meanBatchRows].map((value) => value?.toFixed(1) ?? ''),
    line.errors === undefined ? '' : String(line.errors),
    ...[line.ratio?.median, line.ratio?.min, line.ratio?.max].map((value) => value?.toFixed(2) ?? ''),
  ])
  const goals = report.goals.map(({ connections, goal, measured, isReached }) => {
    return `  ${isReached ? 'reached' : 'missed '}  ${connections} connections: ${goal}: ${measured.toFixed(2)}`
  })
  return [`\n${title}\n`, renderTable(head, rows), ...goals].join('\n')
}

function describePeer({ connections, peer, rounds }: Pairing): ReportLine {
  const samples = rounds.flatMap(({ theirs }) => ('requests' in theirs ? [theirs] : []))
  const ratio = spread(rounds.map((round) => round.ratio))
  if (samples.length > 0) return { ...describe(connections, peer, samples), ratio }
  return { connections, server: peer, perSecond: median(rounds.map(({ theirs }) => theirs.perSecond)), ratio }
}

function describe(connections: number, server: string, samples: readonly Sample[]): ReportLine {
  const middle = (read: (sample: Sample) => number) => median(samples.map(read))
  const batches = samples.flatMap((sample) => sample.meanBatchRows ?? [])
  return {
    connections,
    server,
    perSecond: middle((sample) => sample.perSecond),
    p50Ms: middle((sample) => sample.p50Ms),
    p99Ms: middle((sample) => sample.p99Ms),
    cpuMicrosPerRequest: middle((sample) => sample.cpuMicrosPerRequest),
    peakMiB: Math.max(...samples.map((sample) => sample.peakBytes)) / 2 ** 20,
    meanBatchRows: batches.length === 0 ? undefined : median(batches),
    errors: samples.reduce((sum, { refused, broken, wrong }) => sum + refused + broken + wrong, 0),
  }
}

function judge(
  goal: Goal,
  connections: number,
  pairings: readonly Pairing[],
  lines: readonly ReportLine[],
): GoalLine[] {
  if (goal.kind === 'p50') return judgeMedian(goal, connections, lines)
  const ratios = pairings
    .filter((pairing) => pairing.connections === connections && goal.against.includes(pairing.peer))
    .map(({ rounds }) => median(rounds.map((round) => round.ratio)))
  if (ratios.length < goal.against.length) return []
  // Against several parts of the work alone, the slowest is the bound, and so the largest ratio counts.
  const measured = Math.max(...ratios)
  return [
    {
      connections,
      goal: `≥ ${goal.atLeast} × ${goal.against.join(' ∥ ')}`,
      measured,
      isReached: measured >= goal.atLeast,
    },
  ]
}

function judgeMedian(goal: Goal & { kind: 'p50' }, connections: number, lines: readonly ReportLine[]): GoalLine[] {
  const { atMostMs } = goal
  const [ours, ...theirs] = lines.filter((line) => line.connections === connections)
  const bound = typeof atMostMs === 'number' ? atMostMs : theirs.find(({ server }) => server === atMostMs.of)?.p50Ms
  if (ours?.p50Ms === undefined || bound === undefined) return []
  const name = typeof atMostMs === 'number' ? '' : ` of ${atMostMs.of}`
  return [{ connections, goal: `p50 ≤ ${bound} ms${name}`, measured: ours.p50Ms, isReached: ours.p50Ms <= bound }]
}
