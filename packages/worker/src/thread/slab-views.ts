import { PipelineError } from '@redesmyn/core'
import type { BatchNote } from './protocol.ts'
import { SlabView } from './slab-view.ts'

/** The slabs that have come to this thread, by number. */
export class SlabViews {
  readonly #views = new Map<number, SlabView>()

  /** Takes note of new slabs and of those that are gone. To be called for every note, also a revoked batch's. */
  learn({ introductions, forget }: BatchNote): void {
    for (const gone of forget) this.#views.delete(gone)
    for (const { slab, buffer, shape } of introductions) this.#views.set(slab, new SlabView(buffer, shape))
  }

  view(slab: number): SlabView {
    const view = this.#views.get(slab)
    if (view === undefined) throw new PipelineError('INTERNAL', `slab ${slab} was never introduced to this thread`)
    return view
  }
}
