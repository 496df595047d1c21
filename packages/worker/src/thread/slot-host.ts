/** What a slot is made of beside its stage. */
export interface SlotHost {
  /** Added to the server's own environment; `undefined`: nothing. */
  readonly env: Readonly<Record<string, string>> | undefined
  /** Bound of the JavaScript heap; `undefined`: as Node has it. */
  readonly maxHeapMiB: number | undefined
}

export const plainHost: SlotHost = Object.freeze({ env: undefined, maxHeapMiB: undefined })

/** Of a worker thread. Its environment is JavaScript's only: native code reads that of the process. */
export function threadOptions({ env, maxHeapMiB }: SlotHost) {
  return {
    ...(env !== undefined && { env: { ...process.env, ...env } }),
    ...(maxHeapMiB !== undefined && { resourceLimits: { maxOldGenerationSizeMb: maxHeapMiB } }),
  }
}
