/** So many threads lost within so long, and no batch answered meanwhile, are a crash loop. */
const loopLosses = 5
const loopMs = 10_000

/** Tells a stage whose threads end again and again from one that now and then loses a thread to a batch. */
export class CrashLoop {
  readonly #lossesAtMs: number[] = []

  /** A thread has ended, or could not start. True when that makes it a loop. */
  lost(nowMs: number): boolean {
    this.#lossesAtMs.push(nowMs)
    if (this.#lossesAtMs.length > loopLosses) this.#lossesAtMs.shift()
    return this.#lossesAtMs.length === loopLosses && nowMs - this.#lossesAtMs[0] <= loopMs
  }

  /** A batch was answered: what ends the threads is not the stage itself. */
  answered(): void {
    if (this.#lossesAtMs.length > 0) this.#lossesAtMs.length = 0
  }

  get losses(): number {
    return this.#lossesAtMs.length
  }
}
