import { PipelineError } from '@redesmyn/core'
import { layoutSlab } from '../memory/slab-layout.ts'
import type { SlabShape } from '../thread/protocol.ts'
import { SlabView } from '../thread/slab-view.ts'
import type { BatchParcel } from './child-protocol.ts'

/** Memory of the child's own for one batch. */
export interface ChildRoom {
  /** The number that the slot's runtime knows it by. */
  readonly slab: number
  readonly shape: number
  readonly view: SlabView
  /** Counts the batches that were in it. */
  generation: number
}

/** The memory that batches come into: as many rooms of a shape as batches of it run at once. */
export class ChildRooms {
  readonly #shapes = new Map<number, SlabShape>()
  readonly #free = new Map<number, ChildRoom[]>()
  #lastSlab = 0

  /** To be called for every parcel. Returns the slabs that are gone. */
  learn({ room, shape, forget }: BatchParcel): readonly number[] {
    if (shape !== undefined) this.#shapes.set(room, shape)
    return forget.flatMap((gone) => {
      const slabs = this.#free.get(gone)?.map(({ slab }) => slab) ?? []
      this.#shapes.delete(gone)
      this.#free.delete(gone)
      return slabs
    })
  }

  take(shape: number): ChildRoom {
    return this.#free.get(shape)?.pop() ?? this.#create(shape)
  }

  /** The room may be used for another batch; one of a forgotten shape is dropped. */
  release(room: ChildRoom): void {
    if (!this.#shapes.has(room.shape)) return
    const free = this.#free.get(room.shape)
    if (free === undefined) this.#free.set(room.shape, [room])
    else free.push(room)
  }

  #create(shape: number): ChildRoom {
    const known = this.#shapes.get(shape)
    if (known === undefined) throw new PipelineError('INTERNAL', `room ${shape} was never described to this process`)
    const buffer = new SharedArrayBuffer(layoutSlab(known).byteLength)
    this.#lastSlab++
    return { slab: this.#lastSlab, shape, view: new SlabView(buffer, known), generation: 0 }
  }
}
