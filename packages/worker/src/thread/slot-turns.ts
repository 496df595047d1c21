/** Work on the slots of a stage that is done one piece after another, and waits for what the slots do meanwhile. */
export class SlotTurns {
  readonly #awaited = new Set<{ readonly isSo: () => boolean; readonly resolve: () => void }>()
  #last: Promise<void> = Promise.resolve()
  #isStopped = false

  /** Runs the work once all that came before it is over, whatever became of that. */
  take(work: () => Promise<void>): Promise<void> {
    const turn = this.#last.then(work)
    this.#last = turn.catch(() => undefined)
    return turn
  }

  /** Resolves at the first `look` at which it is so, or when all is stopped. */
  async until(isSo: () => boolean): Promise<void> {
    if (this.#isStopped || isSo()) return
    await new Promise<void>((resolve) => this.#awaited.add({ isSo, resolve }))
  }

  look(): void {
    if (this.#awaited.size === 0) return
    for (const awaited of this.#awaited) {
      if (!this.#isStopped && !awaited.isSo()) continue
      this.#awaited.delete(awaited)
      awaited.resolve()
    }
  }

  stop(): void {
    this.#isStopped = true
    this.look()
  }
}
