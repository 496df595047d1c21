import type { BatchRoom, FormedBatch } from './formed-batch.ts'

/** Batches that wait for a slot, the one with the oldest row first. Leaving is unlinking, from any place. */
export class BatchList<R extends BatchRoom> {
  #oldest: FormedBatch<R> | undefined
  #newest: FormedBatch<R> | undefined

  get oldest(): FormedBatch<R> | undefined {
    return this.#oldest
  }

  /** Nearly always at the end: only batches that were given back, or formed from a backlog, are older than the last. */
  insert(batch: FormedBatch<R>): void {
    let older = this.#newest
    while (older !== undefined && older.oldestAtMs > batch.oldestAtMs) older = older.older
    const newer = older === undefined ? this.#oldest : older.newer
    batch.older = older
    batch.newer = newer
    batch.isListed = true
    if (older === undefined) this.#oldest = batch
    else older.newer = batch
    if (newer === undefined) this.#newest = batch
    else newer.older = batch
  }

  remove(batch: FormedBatch<R>): void {
    if (!batch.isListed) return
    const { older, newer } = batch
    if (older === undefined) this.#oldest = newer
    else older.newer = newer
    if (newer === undefined) this.#newest = older
    else newer.older = older
    batch.older = undefined
    batch.newer = undefined
    batch.isListed = false
  }
}
