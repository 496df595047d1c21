import { describe, expect, test } from 'vitest'
import { ProgressMeter } from '../../../../packages/cascade/dist/run/progress/progress-meter.js'
import type { ProgressView } from '../../../../packages/cascade/dist/run/progress/progress-view.js'
import type { RunStatus } from '../../../../packages/cascade/dist/run/progress/run-status.js'
import { sampleStep, uniformStatus } from '../sample-status.ts'

/** Looks every 100 ms up to that time. */
function observeUntil(endMs: number, statusAt: (elapsedMs: number) => RunStatus): ProgressView {
  const meter = new ProgressMeter()
  let view = meter.observe(statusAt(0))
  for (let elapsedMs = 100; elapsedMs <= endMs; elapsedMs += 100) view = meter.observe(statusAt(elapsedMs))
  return view
}

describe('what is left of a run', () => {
  test('C95 the estimate of a uniform run is within 20 % once 30 % are done', () => {
    const wholeMs = 40_000

    for (let elapsedMs = wholeMs * 0.3; elapsedMs < wholeMs; elapsedMs += 1_000) {
      const { etaMs } = observeUntil(elapsedMs, uniformStatus)

      expect(Math.abs((etaMs ?? 0) - (wholeMs - elapsedMs))).toBeLessThan((wholeMs - elapsedMs) * 0.2)
    }
  })

  test('C95 batches that end in bursts keep it within 20 %', () => {
    const inBursts = (elapsedMs: number) => {
      const status = uniformStatus(elapsedMs)
      return { ...status, rows: { ...status.rows, done: Math.floor(status.rows.done / 65_536) * 65_536 } }
    }

    const { etaMs = 0 } = observeUntil(20_000, inBursts)

    expect(Math.abs(etaMs - 20_000)).toBeLessThan(4_000)
  })

  test('what earlier runs have done says nothing about speed, and counts as done', () => {
    const resumed = (elapsedMs: number) =>
      uniformStatus(elapsedMs, {
        parts: { total: 20, committed: 19, atStart: 19 },
        rows: { total: 1_000_000, atStart: 950_000, committed: 950_000, done: elapsedMs },
      })

    const { etaMs, doneShare } = observeUntil(10_000, resumed)

    expect(etaMs).toBeCloseTo(40_000, -2)
    expect(doneShare).toBeCloseTo(0.96)
  })

  test('where the files do not say how many rows they hold, parts that are done tell', () => {
    const unknown = (elapsedMs: number) => {
      const status = uniformStatus(elapsedMs)
      return { ...status, rows: { ...status.rows, total: undefined } }
    }

    const { etaMs = 0 } = observeUntil(20_000, unknown)

    expect(Math.abs(etaMs - 20_000)).toBeLessThan(4_000)
  })

  test('before anything is done it is not known', () => {
    const { etaMs, rowsPerSecond } = observeUntil(0, uniformStatus)

    expect([etaMs, rowsPerSecond]).toEqual([undefined, 0])
  })

  test('the speed is that of the last seconds', () => {
    const stalled = (elapsedMs: number) => uniformStatus(Math.min(elapsedMs, 10_000), { elapsedMs })

    const { rowsPerSecond, steps } = observeUntil(16_000, stalled)

    expect([rowsPerSecond, steps[0].rowsPerSecond]).toEqual([0, 0])
  })
})

describe('the bottleneck of a run', () => {
  const run = (steps: RunStatus['steps']) => (elapsedMs: number) => {
    const scaled = steps.map((step) => ({ ...step, busyMs: step.busyMs * elapsedMs }))
    return uniformStatus(elapsedMs, { steps: scaled })
  }
  const source = sampleStep({ name: 'trips', kind: 'source', busyMs: 0.2, blockedOn: 'output' })
  const stage = sampleStep({ name: 'score', slots: 2, busyMs: 0.5, blockedOn: 'input' })
  const remote = sampleStep({ name: 'rank', placement: 'host', slots: 4, busyMs: 0.9, blockedOn: 'input' })
  const sink = sampleStep({ name: 'out', kind: 'sink', busyMs: 0.3, blockedOn: 'input' })

  test('C96 is the source, a stage, a stage elsewhere, the sink or memory, whichever holds up the others', () => {
    const named = (steps: RunStatus['steps']) => observeUntil(8_000, run(steps)).bottleneck

    expect(named([{ ...source, busyMs: 0.97 }, stage, sink])).toEqual({ kind: 'step', name: 'trips' })
    expect(named([source, { ...stage, busyMs: 1.9 }, sink])).toEqual({ kind: 'step', name: 'score' })
    expect(named([source, stage, { ...remote, busyMs: 3.8 }, sink])).toEqual({ kind: 'step', name: 'rank' })
    expect(named([source, stage, { ...sink, busyMs: 0.95 }])).toEqual({ kind: 'step', name: 'out' })
    expect(named([{ ...source, blockedOn: 'memory' }, stage, sink])).toEqual({ kind: 'memory' })
  })

  test('a stage that works all the time is it, although memory is full before it', () => {
    const steps = [{ ...source, blockedOn: 'memory' as const }, { ...stage, busyMs: 1.96 }, sink]

    expect(observeUntil(8_000, run(steps)).bottleneck).toEqual({ kind: 'step', name: 'score' })
  })
})
