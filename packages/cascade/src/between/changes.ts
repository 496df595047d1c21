import { pause, type PauseOptions } from './pause.ts'

/** Wakes all who wait for something to change. */
export class Changes {
  readonly #waiters = new Set<() => void>()

  tell(): void {
    for (const wake of this.#waiters) wake()
  }

  /** Resolves with the next change, or when the time is over. Rejects with the signal's reason. */
  next(within: PauseOptions): Promise<void> {
    return pause(within, (wake) => {
      this.#waiters.add(wake)
      return () => void this.#waiters.delete(wake)
    })
  }
}
