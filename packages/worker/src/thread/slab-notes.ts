import type { Slab } from '../memory/slab.ts'
import type { SlabPool } from '../memory/slab-pool.ts'
import type { BatchNote } from './protocol.ts'

/** What a slot must be told beside a batch: slabs that it meets for the first time, and those that are gone. */
export class SlabNotes {
  readonly #known = new Set<number>()
  readonly #stopListening: () => void
  #forget: number[] = []

  constructor(pool: SlabPool) {
    this.#stopListening = pool.onDestroyed((slab) => {
      if (this.#known.delete(slab)) this.#forget.push(slab)
    })
  }

  /** `undefined` where the slab itself says everything. `facts` is what had no room in it. */
  noteFor(slab: Slab, facts: string | undefined): BatchNote | undefined {
    const isKnown = this.#known.has(slab.id)
    if (isKnown && facts === undefined) return undefined
    const note: BatchNote = {
      slab: slab.id,
      introduction: isKnown ? undefined : { buffer: slab.buffer, shape: slab.shape },
      forget: this.#forget,
      facts,
    }
    this.#known.add(slab.id)
    this.#forget = []
    return note
  }

  /** Whoever was told is gone: another knows nothing yet. */
  reset(): void {
    this.#known.clear()
    this.#forget = []
  }

  close(): void {
    this.#stopListening()
  }
}
