/** Why bytes are copied between the body of a request and its answer; the label of `cascade_copied_bytes_total`. */
export const copyReasons = [
  'output',
  'spill',
  'arrow',
  'polars',
  'numbers',
  'tensor',
  'onnx-input',
  'onnx-output',
  'mutates-input',
  'check-writes',
  'child',
] as const
export type CopyReason = (typeof copyReasons)[number]

export const copyCountsBytes = copyReasons.length * Float64Array.BYTES_PER_ELEMENT

/** Counts the copies of one thread in memory that the main thread reads when somebody asks: no message is needed. */
export class CopyCounts {
  readonly #bytes: Float64Array

  constructor(shared: SharedArrayBuffer) {
    this.#bytes = new Float64Array(shared)
  }

  add(reason: CopyReason, bytes: number): void {
    this.#bytes[copyReasons.indexOf(reason)] += bytes
  }
}

/** The sums over several threads. */
export function readCopyCounts(shared: readonly SharedArrayBuffer[]): Map<string, number> {
  const sums = new Map<string, number>(copyReasons.map((reason) => [reason, 0]))
  for (const buffer of shared) {
    const bytes = new Float64Array(buffer)
    for (const [index, reason] of copyReasons.entries()) sums.set(reason, (sums.get(reason) ?? 0) + bytes[index])
  }
  return sums
}

/** Keeps what a thread has counted that is gone. */
export function addCopyCounts(to: SharedArrayBuffer, from: SharedArrayBuffer): void {
  const sums = new Float64Array(to)
  for (const [index, bytes] of new Float64Array(from).entries()) sums[index] += bytes
}
