import { getHeapStatistics } from 'node:v8'

/** How old what a working thread says about itself may be. */
const intervalMs = 1000
const heapPlace = 0
const externalPlace = 1

export const threadVitalsBytes = 2 * Float64Array.BYTES_PER_ELEMENT

/** A thread's own figures, which nobody can ask for from outside, in memory that the main thread reads. */
export interface ThreadVitals {
  readonly heapBytes: number
  readonly externalBytes: number
}

/** Writes them about once a second, and only while the thread works. */
export class VitalsWriter {
  readonly #places: Float64Array
  #writtenAtMs = Number.NEGATIVE_INFINITY

  constructor(shared: SharedArrayBuffer) {
    this.#places = new Float64Array(shared, 0, 2)
  }

  tick(nowMs: number): void {
    if (nowMs - this.#writtenAtMs < intervalMs) return
    this.#writtenAtMs = nowMs
    const { used_heap_size, external_memory } = getHeapStatistics()
    this.#places[heapPlace] = used_heap_size
    this.#places[externalPlace] = external_memory
  }
}

export function readVitals(shared: SharedArrayBuffer): ThreadVitals {
  const places = new Float64Array(shared, 0, 2)
  return { heapBytes: places[heapPlace], externalBytes: places[externalPlace] }
}
