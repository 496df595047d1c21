import type { CloseReason, Placement, WayStats } from '@redesmyn/core'
import type { LogHistogram } from '../observe/log-histogram.ts'
import type { KeeperStats } from '../thread/slot-keeper.ts'

/** Upper bounds of the batch size buckets, in rows or requests. */
export const batchSizeBuckets = [1, 2, 4, 8, 16, 32, 64, 128, 256, 512] as const

/** Counts by bucket, one more for what is over the last bound, and the sum of what was observed. */
export interface Distribution {
  readonly counts: readonly number[]
  readonly sum: number
}

/** What is so at the moment of asking. */
export interface StageGauges {
  /** Rows, and bytes of rows, that no thread has taken. */
  readonly queuedRows: number
  readonly queuedBytes: number
  readonly inFlightBatches: number
  /** Milliseconds that handlers have worked so far on batches that they have not ended. */
  readonly openMs: number
  /** Threads that can take batches. */
  readonly servingSlots: number
  /** Streams that have begun and not ended, and the events of all so far; absent where the stage yields none. */
  readonly streams?: { readonly open: number; readonly events: number } | undefined
  readonly placement: Placement
  /** Of the way to it, where its rows are run elsewhere. */
  readonly way: WayStats | undefined
}

export interface RestartCount {
  readonly slot: number
  readonly reason: string
  readonly count: number
}

/** How the model cache of a stage did; `undefined` where its handler takes no model. */
export interface CacheStats {
  /** Requests. */
  readonly hits: number
  readonly misses: number
  readonly evictions: number
  readonly entries: number
  readonly bytes: number
}

/** What the slots tell, and the parts of a stage that count for themselves. */
export interface StageSources extends KeeperStats {
  readonly cache: CacheStats | undefined
}

/** What a stage has done since it started. */
export interface StageStats extends StageGauges, Omit<StageSources, 'copiedInThreads'> {
  readonly stage: string
  readonly batches: Readonly<Record<CloseReason, number>>
  readonly batchRows: Distribution
  readonly batchRequests: Distribution
  readonly waitMs: LogHistogram
  readonly transitMs: LogHistogram
  readonly handlerMs: LogHistogram
  readonly rows: { readonly done: number; readonly rejected: number; readonly failed: number }
  readonly copiedBytes: ReadonlyMap<string, number>
  readonly restarts: readonly RestartCount[]
  readonly modelLoads: { readonly loaded: number; readonly failed: number }
  readonly modelLoadMs: LogHistogram
  /** Batches and rows by model key, of the models that are used most. */
  readonly models: readonly { readonly model: string; readonly batches: number; readonly rows: number }[]
}

/** A distribution that is being filled. */
export interface OpenDistribution {
  readonly counts: number[]
  sum: number
}

export function emptyDistribution(bounds: readonly number[]): OpenDistribution {
  return { counts: new Array<number>(bounds.length + 1).fill(0), sum: 0 }
}

export function observe(distribution: OpenDistribution, bounds: readonly number[], value: number): void {
  let bucket = 0
  while (bucket < bounds.length && value > bounds[bucket]) bucket++
  distribution.counts[bucket]++
  distribution.sum += value
}

export function addTo(counts: Map<string, number>, label: string, amount: number): void {
  counts.set(label, (counts.get(label) ?? 0) + amount)
}
