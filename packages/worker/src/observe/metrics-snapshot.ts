import type { StageStats } from '../pipeline/stage-stats.ts'
import type { EndpointStats } from './expose-endpoint.ts'
import type { LogHistogram } from './log-histogram.ts'

/** Plain numbers that the parts of a server count anyway; nothing is observed for the sake of a scrape. */
export interface MetricsSnapshot {
  readonly endpoints: readonly EndpointStats[]
  readonly stages: readonly StageStats[]
  readonly slabs: SlabCounts
  readonly process: ProcessCounts
}

export interface SlabCounts {
  readonly slabsInUse: number
  readonly bytesInUse: number
  readonly totalBytes: number
  readonly maxBytes: number
}

export interface ProcessCounts {
  readonly cpuSeconds: number
  readonly residentBytes: number
  readonly lagMs: LogHistogram
  /** Of the main thread. */
  readonly activeMs: number
  readonly idleMs: number
}
