import type { CloseReason } from '@redesmyn/core'

/** Upper bounds of the batch size buckets, in rows. */
export const batchSizeBuckets = [1, 2, 4, 8, 16, 32, 64, 128, 256, 512] as const
/** Upper bounds of the handler time buckets, in milliseconds. */
export const handlerMsBuckets = [0.125, 0.25, 0.5, 1, 2, 4, 8, 16, 32, 64, 128, 256, 512, 1024, 2048, 4096] as const
/** Upper bounds of the buckets for how long a batch's oldest row waited, in milliseconds. */
export const waitMsBuckets = handlerMsBuckets

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
  /** Threads that can take batches. */
  readonly servingSlots: number
  /** Streams that have begun and not ended, and the events of all so far; absent where the stage yields none. */
  readonly streams?: { readonly open: number; readonly events: number } | undefined
}

/** What a stage has done since it started. */
export interface StageStats extends StageGauges {
  readonly stage: string
  readonly batches: Readonly<Record<CloseReason, number>>
  readonly batchRows: Distribution
  readonly waitMs: Distribution
  readonly handlerMs: Distribution
  readonly rows: { readonly done: number; readonly rejected: number; readonly failed: number }
  readonly copiedBytes: ReadonlyMap<string, number>
  readonly restarts: ReadonlyMap<string, number>
  readonly modelLoads: { readonly loaded: number; readonly failed: number }
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
