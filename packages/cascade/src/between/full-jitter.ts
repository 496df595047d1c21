export interface BackOff {
  /** Most milliseconds before the second attempt; doubled before each later one. */
  readonly baseMs: number
  /** What that never grows past, in milliseconds. */
  readonly capMs: number
}

/**
 * How long to wait before a retry, the first being 1: anything from nothing to the bound, all equally likely, so that
 * senders that failed at the same moment do not come back at the same moment. `random` is 0 to 1, exclusive.
 */
export function fullJitterMs(retry: number, { baseMs, capMs }: BackOff, random: () => number): number {
  return random() * Math.min(capMs, baseMs * 2 ** (retry - 1))
}
