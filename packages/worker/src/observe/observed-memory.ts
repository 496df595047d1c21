import { seriesMemoryBytes } from './handler-metrics/series-memory.ts'
import { threadVitalsBytes } from './thread-vitals.ts'

/** Where the handler's series begin in what a slot and the main thread share for observation. */
export const seriesOffset = Math.ceil(threadVitalsBytes / 64) * 64
export const observedBytes = seriesOffset + seriesMemoryBytes
