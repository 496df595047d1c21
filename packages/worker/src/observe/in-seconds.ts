import type { Histogram } from './exposition.ts'
import type { LogHistogram } from './log-histogram.ts'

/** A histogram of milliseconds as an exposition writes it: in seconds, with these bounds. */
export function inSeconds(histogram: LogHistogram, boundsMs: readonly number[]): Histogram {
  return {
    counts: histogram.countsBy(boundsMs),
    sum: histogram.sumMs / 1000,
    bounds: boundsMs.map((ms) => ms / 1000),
  }
}
