import type { FormedBatch } from '@redesmyn/core'

/** Milliseconds left for the row of a batch that has least; 0 when its time is over. */
export function remainingMs({ spans }: FormedBatch, nowMs: number): number {
  let earliest = Number.POSITIVE_INFINITY
  for (const { ticket } of spans) if (ticket.expiresAtMs < earliest) earliest = ticket.expiresAtMs
  return Math.max(0, earliest - nowMs)
}
