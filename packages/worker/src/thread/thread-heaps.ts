import { setFlagsFromString } from 'node:v8'

/**
 * How far the heap of a thread grows before V8 collects all of it for the first time. What a batch takes lies beside the
 * heap, which is small, and V8 counts it in: without this a thread that runs batches of a megabyte collects everything
 * every few of them.
 */
const flag = '--initial-old-space-size=64'

/** Of a process that we start; none where its flags say otherwise already. */
export function heapFlags(given: readonly string[]): readonly string[] {
  return given.some(isHeapStart) ? [] : [flag]
}

/**
 * For threads that are begun from now on, in the whole process: to be called by whoever owns that. `given` are node's flags;
 * nothing is done where one of them says otherwise.
 */
export function easeThreadHeaps(given: readonly string[]): void {
  for (const text of heapFlags(given)) setFlagsFromString(text)
}

function isHeapStart(text: string): boolean {
  return /^--initial[-_](old[-_]space|heap)[-_]size\b/.test(text)
}
