import { bottleneckText } from './bottleneck.ts'
import { formatCount, formatDuration, formatShort, formatSize } from './figures.ts'
import type { ProgressView, StepView } from './progress-view.ts'
import { type Cell, cut, looks, plain, type Row, setRow, widthOf } from './terminal-row.ts'

/** The room that a terminal has, and whether it may be coloured. */
export interface FrameSize {
  readonly columns: number
  readonly rows: number
  readonly hasColor: boolean
}

/** The lines of a run's progress: the whole first, then one for each step. None is wider than the terminal. */
export function terminalFrame(view: ProgressView, size: FrameSize): readonly string[] {
  // The last column stays free: a terminal that is full there may begin a line of its own.
  const width = Math.max(1, size.columns - 1)
  const steps = fittingSteps(view.steps, size.rows)
  const table = fitColumns(
    steps.map((step) => stepCells(step, view)),
    width - 2,
  )
  const lines = [headRow(view, width), ...table.map((row) => [{ text: '', look: looks.plain }, ...row])]
  const hidden = view.steps.length - steps.length
  if (hidden > 0) lines.push([{ text: `  and ${hidden} more`, look: looks.dim }])
  return lines.map((row) => setRow(row, width, size.hasColor))
}

/** One line is the head, one holds the cursor. */
function fittingSteps(steps: readonly StepView[], rows: number): readonly StepView[] {
  const room = Math.max(0, rows - 2)
  return steps.length <= room ? steps : steps.slice(0, Math.max(0, room - 1))
}

function headRow(view: ProgressView, width: number): Row {
  const { status, doneShare, etaMs } = view
  const { asset, parts, memory } = status
  const percent = doneShare === undefined ? '  ?%' : `${Math.floor(doneShare * 100)}%`.padStart(4)
  const eta = etaMs === undefined ? 'ETA   ?' : `ETA ${formatDuration(etaMs)}`
  const facts = [
    `${formatCount(parts.committed)}/${formatCount(parts.total)} parts`,
    `${formatShort(view.rowsPerSecond)} rows/s`,
    `memory ${formatSize(memory.usedBytes)} of ${formatSize(memory.budgetBytes)}`,
  ]
  const row: Cell[] = [
    { text: asset, look: looks.bold },
    { text: percent, look: looks.plain },
    { text: eta, look: looks.plain },
  ]
  for (const text of facts) if (widthOf([...row, { text, look: looks.plain }]) <= width) row.push(plain(text))
  const left = width - widthOf(row) - 2
  if (left >= 10) row.splice(1, 0, plain(bar(doneShare ?? 0, Math.min(30, left))))
  return row
}

function bar(share: number, width: number): string {
  const done = Math.floor(share * width)
  return '━'.repeat(done) + '┄'.repeat(width - done)
}

/** In the order in which they stand. */
const columnNames = ['name', 'rows', 'speed', 'inFlight', 'state', 'rejects'] as const
type ColumnName = (typeof columnNames)[number]

/** In the order in which they are wanted where there is no room for all. */
const wanted: readonly ColumnName[] = ['name', 'speed', 'state', 'rejects', 'rows', 'inFlight']

/** Figures grow while a run goes on; with some room from the start the columns stand still. */
const leastWidth: Readonly<Record<ColumnName, number>> = {
  name: 6,
  rows: 13,
  speed: 13,
  inFlight: 12,
  state: 16,
  rejects: 10,
}
const isRight: ReadonlySet<ColumnName> = new Set<ColumnName>(['rows', 'speed', 'inFlight', 'rejects'])
const widestName = 24

type StepCells = Readonly<Record<ColumnName, Cell>>

function stepCells(step: StepView, { bottleneck }: ProgressView): StepCells {
  const isSlowest = bottleneck?.kind === 'step' && bottleneck.name === step.name
  const lacksMemory = bottleneckText(bottleneck) === 'memory' && step.blockedOn === 'memory'
  return {
    name: { text: cut(step.name, widestName), look: isSlowest ? looks.slow : looks.plain },
    rows: plain(`${formatShort(step.rows)} rows`),
    speed: plain(`${formatShort(step.rowsPerSecond)} rows/s`),
    inFlight: { text: `${formatCount(step.inFlightBatches)} in flight`, look: looks.dim },
    state: { text: isSlowest ? 'slowest' : stateText(step), look: isSlowest || lacksMemory ? looks.slow : looks.dim },
    rejects: { text: `${formatShort(step.rejects)} rejected`, look: step.rejects > 0 ? looks.bad : looks.dim },
  }
}

function stateText({ blockedOn }: StepView): string {
  return blockedOn === 'nothing' ? 'works' : `waits for ${blockedOn}`
}

function fitColumns(steps: readonly StepCells[], width: number): readonly Row[] {
  const widths = new Map(
    columnNames.map((name) => [name, Math.max(leastWidth[name], ...steps.map((step) => step[name].text.length))]),
  )
  const shown = new Set<ColumnName>()
  let used = -2
  for (const name of wanted) {
    const own = (widths.get(name) ?? 0) + 2
    if (used + own > width && shown.size > 0) break
    shown.add(name)
    used += own
  }
  const columns = columnNames.filter((name) => shown.has(name))
  return steps.map((step) => columns.map((name) => setCell(step[name], widths.get(name) ?? 0, name)))
}

function setCell({ text, look }: Cell, width: number, name: ColumnName): Cell {
  return { text: isRight.has(name) ? text.padStart(width) : text.padEnd(width), look }
}
