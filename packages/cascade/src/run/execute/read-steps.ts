import type { BatchPipeline } from '@redesmyn/worker'
import type { MemoryLedger } from '../memory/memory-ledger.ts'
import type { StepStatus } from '../progress/run-status.ts'
import type { RunRecorder } from './run-recorder.ts'

export interface StepSources {
  readonly sourceName: string
  readonly sinkName: string
  readonly recorder: RunRecorder
  readonly pipeline: BatchPipeline
  readonly ledger: MemoryLedger
  /** Whether it is memory that bounds how much is on the way. */
  readonly isTight: boolean
  /** Threads that read, and as many that write. */
  readonly fileThreads: number
  /** Since the first part began. */
  readonly elapsedMs: number
}

type StageCounts = Pick<ReturnType<BatchPipeline['stats']>[number], 'rows'>

type OpenStep = Omit<StepStatus, 'blockedOn'>

/** A step whose threads work for less than this share of the time is not what the others wait for. */
const busyLoad = 0.5

/** The steps of a run in order, and what each of them waits for. */
export function readSteps(sources: StepSources): readonly StepStatus[] {
  const steps = [sourceStep(sources), ...stageSteps(sources), sinkStep(sources)]
  const loads = steps.map((step) => loadOf(step, sources.elapsedMs))
  const slowest = loads.indexOf(Math.max(...loads))
  const isShort = sources.isTight && waitsForRoom(steps[0]) && loads[slowest] < busyLoad
  return steps.map((step, index) => ({ ...step, blockedOn: blockedOn(index, slowest, isShort) }))
}

/** What readers stand still for is room: over the whole run, as all else is told, and not at the moment of looking. */
function waitsForRoom({ busyMs, waitMs }: OpenStep): boolean {
  return waitMs > busyMs
}

/** What stands before the slowest step waits for room behind it; what stands behind it waits for rows. */
function blockedOn(index: number, slowest: number, isShort: boolean): StepStatus['blockedOn'] {
  if (isShort) return index === 0 ? 'memory' : 'input'
  if (index === slowest) return 'nothing'
  return index < slowest ? 'output' : 'input'
}

function sourceStep({ sourceName, recorder, ledger, fileThreads: slots }: StepSources): OpenStep {
  const { rows, bytes, rejects, busyMs, waitMs } = recorder.read
  return {
    ...inService(sourceName, 'source', slots),
    rowsIn: rows,
    rows: rows - rejects,
    bytes,
    rejects,
    retries: 0,
    inFlightBatches: ledger.batchesOn('read'),
    busyMs,
    waitMs,
  }
}

function stageSteps({ pipeline, recorder }: StepSources): readonly OpenStep[] {
  const all = pipeline.stats()
  return all.map((stats, index) => {
    const { stage, placement, handlerMs, openMs, waitMs, transitMs, inFlightBatches, restarts, givenBytes, way } = stats
    const slots = Math.max(1, stats.servingSlots)
    return {
      ...inService(stage, 'stage', slots),
      placement,
      rowsIn: rowsInto(stats),
      // Rows that a stage is done with may be filtered, or more than it took: what it gave is what was taken behind it.
      rows: index + 1 < all.length ? rowsInto(all[index + 1]) : recorder.written.rows,
      bytes: givenBytes,
      rejects: recorder.rejectsOf(stage),
      retries: restarts.reduce((sum, { count }) => sum + count, 0) + sumOf(way?.retries),
      inFlightBatches,
      // A batch that has not ended counts as well: a handler that never ends is what all others wait for.
      busyMs: handlerMs.sumMs + openMs,
      waitMs: waitMs.sumMs + transitMs.sumMs,
    }
  })
}

function sumOf(counts: ReadonlyMap<string, number> = new Map()): number {
  return [...counts.values()].reduce((sum, count) => sum + count, 0)
}

function rowsInto({ rows }: StageCounts): number {
  return rows.done + rows.rejected + rows.failed
}

function sinkStep({ sinkName, recorder, ledger, fileThreads: slots }: StepSources): OpenStep {
  const { rows, bytes, busyMs } = recorder.written
  return {
    ...inService(sinkName, 'sink', slots),
    rowsIn: rows,
    rows,
    bytes,
    rejects: 0,
    retries: 0,
    inFlightBatches: ledger.batchesOn('write'),
    busyMs,
    waitMs: 0,
  }
}

function inService(name: string, kind: StepStatus['kind'], slots: number) {
  return { name, kind, slots, placement: 'service' } as const
}

/** Share of the time that its threads were at work. */
function loadOf({ busyMs, slots }: OpenStep, elapsedMs: number): number {
  return elapsedMs <= 0 ? 0 : busyMs / (elapsedMs * slots)
}
