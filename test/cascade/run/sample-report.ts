import type { RunReport } from '../../../packages/cascade/dist/run/run-report.js'
import { uniformStatus } from './sample-status.ts'

/** What the taxi flow came to. */
export function sampleReport(change: Partial<RunReport> = {}): RunReport {
  return {
    asset: 'scored',
    runId: 'run-1',
    outcome: 'completed',
    folder: '/data/out/scored',
    rejectsFolder: '/data/out/rejected',
    parts: { total: 20, selected: 20, committed: 20, skipped: 4 },
    rows: { in: 1_000_000, out: 989_000, filtered: 10_000, rejected: 1_000, written: 989_000 },
    elapsedMs: 40_000,
    commits: { count: 16, totalMs: 20 },
    steps: uniformStatus(40_000).steps,
    traceId: '0af7651916cd43dd8448eb211c80319c',
    ...change,
  }
}
