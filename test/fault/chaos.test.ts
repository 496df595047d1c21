import { expect, test } from 'vitest'
import { runChaos } from './chaos-run.ts'

/** `npm run chaos` sends 100,000; here a few, for every commit to pay for. */
const requests = Number(process.env['CHAOS_REQUESTS'] ?? 4000)

test(`M121 after ${requests} requests of a bad day every one was answered, nothing is held, and good ones are served`, async () => {
  const report = await runChaos({ requests, seed: 1 })

  expect(report.wrong).toEqual([])
  expect([report.inFlight, report.queuedRows, report.slabs]).toEqual([0, 0, 0])
  expect(report.goodAtEnd).toBe(true)
  expect(report.restarts).toBeGreaterThanOrEqual(report.threadsEnded + report.childrenKilled)
  expect(report.memoryAfterMiB).toBeLessThan(report.memoryBeforeMiB * 1.3)
  expect(report.exitCode).toBe(0)
}, 300_000)
