import type { SlabPool } from '../memory/slab-pool.ts'
import type { SlabSource } from '../memory/slab-source.ts'

/** What one call holds of shared memory, so that nothing is left of it whatever ends it. Each source stands for one reference. */
export class Holdings {
  readonly #pool: SlabPool
  readonly #sources = new Set<SlabSource>()

  constructor(pool: SlabPool) {
    this.#pool = pool
  }

  /** From here on the reference that comes with the source is held here. */
  keep(source: SlabSource): void {
    this.#sources.add(source)
  }

  /** Whoever asks holds the reference from here on; nothing else is left. */
  handOver(source: SlabSource): void {
    this.#sources.delete(source)
    this.releaseAll()
  }

  /** Does nothing for what is not held. */
  release(source: SlabSource): void {
    if (this.#sources.delete(source)) this.#pool.release(source.slab)
  }

  releaseAll(): void {
    for (const source of [...this.#sources]) this.release(source)
  }
}
