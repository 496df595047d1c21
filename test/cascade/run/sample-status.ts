import type { RunStatus, StepStatus } from '../../../packages/cascade/dist/run/progress/run-status.js'

/** A step that has done nothing. */
export function sampleStep(change: Partial<StepStatus> = {}): StepStatus {
  return {
    name: 'score',
    kind: 'stage',
    placement: 'service',
    slots: 1,
    rowsIn: 0,
    rows: 0,
    bytes: 0,
    rejects: 0,
    retries: 0,
    inFlightBatches: 0,
    busyMs: 0,
    waitMs: 0,
    blockedOn: 'nothing',
    ...change,
  }
}

/** The taxi flow that works evenly: `rowsPerSecond` from its start on, after what earlier runs had committed. */
export function uniformStatus(elapsedMs: number, change: Partial<RunStatus> = {}): RunStatus {
  const total = 1_000_000
  const atStart = 200_000
  const done = Math.min(total - atStart, Math.floor(elapsedMs * 20))
  const committed = atStart + Math.floor(done / 50_000) * 50_000
  return {
    asset: 'scored',
    runId: 'run-1',
    elapsedMs,
    parts: { total: 20, committed: committed / 50_000, atStart: 4 },
    rows: { total, atStart, committed, done },
    steps: [
      sampleStep({
        name: 'trips',
        kind: 'source',
        rowsIn: done,
        rows: done,
        busyMs: elapsedMs * 0.2,
        blockedOn: 'output',
      }),
      sampleStep({
        name: 'featurise',
        slots: 2,
        rowsIn: done,
        rows: done,
        rejects: 12,
        inFlightBatches: 2,
        busyMs: elapsedMs,
        blockedOn: 'output',
      }),
      sampleStep({ name: 'score', slots: 2, rowsIn: done, rows: done, inFlightBatches: 2, busyMs: elapsedMs * 1.9 }),
      sampleStep({
        name: 'scored',
        kind: 'sink',
        rowsIn: done,
        rows: done,
        busyMs: elapsedMs * 0.3,
        blockedOn: 'input',
      }),
    ],
    memory: { usedBytes: 200 * 1024 ** 2, budgetBytes: 600 * 1024 ** 2 },
    ...change,
  }
}
