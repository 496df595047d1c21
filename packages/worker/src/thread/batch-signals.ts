/** A running batch whose handler holds its signal. */
export interface SignalledBatch {
  /** Aborts the signal where the main thread has given the batch up. */
  lookAtSignal(): void
}

/** The running batches of one thread whose handlers asked for their signal: the others cost nothing. */
export class BatchSignals {
  readonly #batches = new Set<SignalledBatch>()

  add(batch: SignalledBatch): void {
    this.#batches.add(batch)
  }

  delete(batch: SignalledBatch): void {
    this.#batches.delete(batch)
  }

  /** The main thread has given up a batch; which one, its slab says. */
  look(): void {
    for (const batch of [...this.#batches]) batch.lookAtSignal()
  }
}
