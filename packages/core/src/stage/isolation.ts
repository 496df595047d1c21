/**
 * Where a stage's handler runs: on the server's own thread (`inline`), in a worker thread, or in a child process. Each
 * contains more than the one before, and costs more.
 */
export const isolations = ['inline', 'thread', 'child'] as const
export type Isolation = (typeof isolations)[number]

/** What a stage's slots are made of. */
export interface StageHost {
  /** Default `thread`. */
  readonly isolation: Isolation
  /** Added to the server's environment; `{slot}` in a value stands for the slot's number. Default none. */
  readonly env: Readonly<Record<string, string>>
  /** Bound of the JavaScript heap of each slot; `undefined`: as Node has it. */
  readonly maxHeapMiB: number | undefined
}
