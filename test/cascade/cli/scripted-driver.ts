import type { OutputStatus } from '../../../packages/cascade/dist/run/output-status.js'
import type { RejectsReport } from '../../../packages/cascade/dist/run/rejects-report.js'
import type { RunDriver, RunRequest } from '../../../packages/cascade/dist/run/run-driver.js'
import type { ShardsReport } from '../../../packages/cascade/dist/run/shards-report.js'
import { samplePlan } from '../run/sample-plan.ts'
import { sampleReport } from '../run/sample-report.ts'

export const sampleOutput: OutputStatus = {
  folder: '/data/out/scored',
  asset: 'scored',
  codeVersion: 'b3f1',
  state: 'stopped',
  parts: { total: 40, committed: 7, open: Array.from({ length: 20 }, (_, index) => index + 7) },
  rows: { in: 350_000, out: 340_000, filtered: 9_000, rejected: 1_000, written: 340_000 },
  files: { count: 7, byteLength: 7 * 1024 ** 2 },
  holder: { runId: 'run-1', pid: 4711, host: 'worker-3', epoch: 2, silentMs: 95_000 },
  lastCommitAt: '2026-01-01T00:00:00.000Z',
}

export const sampleRejects: RejectsReport = {
  folder: '/data/out/scored',
  rejectsFolder: '/data/out/rejected',
  rowCount: 1_000,
  causes: [
    { stage: 'trips', code: 'RECORD_INVALID', rowCount: 990, message: '/tip must be number' },
    { stage: 'score', code: 'HANDLER_ERROR', rowCount: 10, message: 'no model for zone 7' },
  ],
  rows: [
    {
      stage: 'trips',
      code: 'RECORD_INVALID',
      message: '/tip must be number',
      file: 'a.ndjson',
      row: 12,
      trace: null,
      record: '{"tip":"\x1b[2J"}',
    },
    {
      stage: 'score',
      code: 'HANDLER_ERROR',
      message: 'no model for zone 7',
      file: 'a.ndjson',
      row: 40,
      trace: '4bf92f3577b34da6a3ce929d0e0e4736',
      record: { zone: 7 },
    },
  ],
}

export const sampleShards: ShardsReport = {
  folder: '/data/out/scored',
  asset: 'scored',
  outcome: 'completed',
  partCount: 40,
  files: { count: 40, byteLength: 40 * 1024 ** 2 },
  rows: sampleOutput.rows,
}

/** A driver that does nothing and says that all went well; `requests` are those of runs and plans. */
export function scriptedDriver(change: Partial<RunDriver> = {}): RunDriver & { readonly requests: RunRequest[] } {
  const requests: RunRequest[] = []
  return {
    requests,
    shakeHands: () => Promise.resolve([]),
    check: async () => [],
    async plan(request) {
      requests.push(request)
      return [samplePlan()]
    },
    async run(request) {
      requests.push(request)
      return [sampleReport()]
    },
    async retryRejects(request) {
      requests.push(request)
      return [sampleReport({ outcome: 'completed' })]
    },
    status: async () => sampleOutput,
    rejects: async () => sampleRejects,
    commitShards: async () => sampleShards,
    ...change,
  }
}
