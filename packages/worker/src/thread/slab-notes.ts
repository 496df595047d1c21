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
    const place = slab.source?.place
    if (place === undefined && facts === undefined && this.#known.has(slab.id)) return undefined
    const needed = place === undefined || place.kind === 'spilled' ? [slab] : [slab, place.slab]
    const strangers = needed.filter(({ id }) => !this.#known.has(id))
    const source = place?.kind === 'spilled' ? place.output : undefined
    if (strangers.length === 0 && facts === undefined && source === undefined) return undefined
    const introductions = strangers.map(({ id, buffer, shape }) => ({ slab: id, buffer, shape }))
    const note: BatchNote = { introductions, source, forget: this.#forget, facts }
    for (const { id } of strangers) this.#known.add(id)
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
