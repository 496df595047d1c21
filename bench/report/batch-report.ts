import type { BatchCell, BatchGoal } from '../cells/batch-cell.ts'
import type { BatchOutcome } from '../cells/run-batch-cell.ts'
import type { JobSample } from '../drive/run-job.ts'
import { median, spread } from '../measure/median.ts'
import { renderTable } from './table.ts'

/** One line of a table: a contender, or a part of the work alone, medians over the rounds. */
export interface BatchLine {
  readonly name: string
  readonly seconds: number
  readonly rowsPerSecond: number
  readonly cpuSeconds?: number
  readonly peakMiB?: number
  /** This one's wall time divided by the subject's, round by round. */
  readonly speed?: { readonly median: number; readonly min: number; readonly max: number }
  /** The subject's peak memory divided by this one's. */
  readonly memory?: number
}

export interface BatchGoalLine {
  readonly goal: string
  readonly measured: number
  readonly isReached: boolean
}

export interface BatchReport {
  readonly lines: readonly BatchLine[]
  readonly goals: readonly BatchGoalLine[]
}

export function reportBatch(cell: BatchCell, { pairings, parts }: BatchOutcome): BatchReport {
  const ours = [...pairings, ...parts].flatMap(({ rounds }) => rounds.map((round) => round.ours))
  if (ours.length === 0) return { lines: [], goals: [] }
  const peers = pairings.map(({ peer, rounds }): BatchLine => {
    const theirs = rounds.map((round) => round.theirs)
    return {
      ...describe(cell, peer, theirs),
      speed: spread(rounds.map((round) => round.theirs.seconds / round.ours.seconds)),
      memory: median(rounds.map((round) => round.ours.peakBytes / round.theirs.peakBytes)),
    }
  })
  const alone = parts.map(({ part, rounds }): BatchLine => {
    const seconds = median(rounds.map(({ partSeconds }) => partSeconds))
    const speed = spread(rounds.map((round) => round.partSeconds / round.ours.seconds))
    return { name: part, seconds, rowsPerSecond: cell.rows / seconds, speed }
  })
  const lines = [describe(cell, cell.subject.name, ours), ...peers, ...alone]
  return { lines, goals: cell.goals.flatMap((goal) => judge(goal, lines)) }
}

export function renderBatch(title: string, { lines, goals }: BatchReport): string {
  const head = ['contender', 'wall s', 'rows/s', 'cpu s', 'peak MiB', 'cascade ×', 'min', 'max', 'memory ×']
  const rows = lines.map(({ name, seconds, rowsPerSecond, cpuSeconds, peakMiB, speed, memory }) => [
    name,
    seconds.toFixed(2),
    rowsPerSecond.toFixed(0),
    cpuSeconds?.toFixed(2) ?? '',
    peakMiB?.toFixed(0) ?? '',
    ...[speed?.median, speed?.min, speed?.max, memory].map((value) => value?.toFixed(2) ?? ''),
  ])
  const judged = goals.map(({ goal, measured, isReached }) => {
    return `  ${isReached ? 'reached' : 'missed '}  ${goal}: ${measured.toFixed(2)}`
  })
  return [`\n${title}\n`, renderTable(head, rows), ...judged].join('\n')
}

function describe({ rows }: BatchCell, name: string, samples: readonly JobSample[]): BatchLine {
  const seconds = median(samples.map((sample) => sample.seconds))
  return {
    name,
    seconds,
    rowsPerSecond: rows / seconds,
    cpuSeconds: median(samples.map((sample) => sample.cpuSeconds)),
    peakMiB: Math.max(...samples.map((sample) => sample.peakBytes)) / 2 ** 20,
  }
}

function judge(goal: BatchGoal, lines: readonly BatchLine[]): BatchGoalLine[] {
  if (goal.kind === 'memory') {
    const measured = lines.find(({ name }) => name === goal.against)?.memory
    if (measured === undefined) return []
    return [{ goal: `memory ≤ ${goal.atMost} × ${goal.against}`, measured, isReached: measured <= goal.atMost }]
  }
  const speeds = lines.flatMap(({ name, speed }) => (goal.against.includes(name) && speed ? [speed.median] : []))
  if (speeds.length < goal.against.length) return []
  // Of several parts alone the slowest bounds the whole, and the subject reaches most of that one's speed.
  const measured = Math.max(...speeds)
  const text = `≥ ${goal.atLeast} × ${goal.against.join(' ∥ ')}`
  return [{ goal: text, measured, isReached: measured >= goal.atLeast }]
}
