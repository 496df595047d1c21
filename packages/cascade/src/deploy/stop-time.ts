/** While a container waits so long before it is told to stop, others learn to send it nothing more. */
export const withdrawSeconds = 5

/** A thread that is inside a native call after the drain is given so long, and something to leave in. */
const leaveSeconds = 10

/** From the signal until a server has ended by itself at the latest. */
export function stopSeconds(drainMs: number): number {
  return Math.ceil(drainMs / 1000) + leaveSeconds
}
