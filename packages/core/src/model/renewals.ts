import type { ModelRef } from '../batch/batch-group.ts'
import type { HeldModel } from './held-models.ts'

/**
 * Versions that are to take the place of others. Until every slot that holds an older one holds the newer too, the
 * older ones serve; from then on they are outdated, and go when no rows want them any more.
 */
export class Renewals {
  /** By key: versions that slots have still to load. */
  readonly #wanted = new Map<string, ModelRef>()
  /** By key: versions that took the place of others, as long as a slot holds one of those. */
  readonly #newest = new Map<string, ModelRef>()

  get isIdle(): boolean {
    return this.#wanted.size === 0 && this.#newest.size === 0
  }

  /** One that was not done yet gives way. */
  start(newer: ModelRef): void {
    this.#wanted.set(newer.key, newer)
  }

  wanted(): readonly ModelRef[] {
    return [...this.#wanted.values()]
  }

  /** Whether the slot is to load it beside an older version, which goes on serving meanwhile. */
  isWanted(model: ModelRef): boolean {
    return this.#wanted.get(model.key)?.version === model.version
  }

  finish(newer: ModelRef): void {
    this.#wanted.delete(newer.key)
    this.#newest.set(newer.key, newer)
  }

  isOutdated({ key, version }: ModelRef): boolean {
    const newest = this.#newest.get(key)
    return newest !== undefined && newest.version !== version
  }

  /** Forgets the keys of which nothing outdated is held. */
  forgetSettled(held: readonly HeldModel[]): void {
    const outdated = new Set(held.filter(({ model }) => this.isOutdated(model)).map(({ model }) => model.key))
    for (const key of this.#newest.keys()) if (!outdated.has(key)) this.#newest.delete(key)
  }
}
