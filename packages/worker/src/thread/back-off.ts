const firstDelayMs = 100
const maxDelayMs = 10_000
/** A thread that lived this long was healthy: its loss starts a new count. */
const healthyMs = 10_000

/** How long to wait before a lost thread is replaced: at once the first time, then doubling. */
export class BackOff {
  #losses = 0
  #lastLossAtMs = Number.NEGATIVE_INFINITY

  nextDelayMs(nowMs: number): number {
    this.#losses = nowMs - this.#lastLossAtMs > healthyMs ? 0 : this.#losses + 1
    this.#lastLossAtMs = nowMs
    return this.#losses === 0 ? 0 : Math.min(firstDelayMs * 2 ** (this.#losses - 1), maxDelayMs)
  }
}
