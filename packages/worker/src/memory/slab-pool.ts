import { PipelineError } from '@redesmyn/core'
import type { SlabShape } from '../thread/protocol.ts'
import { Slab } from './slab.ts'
import { layoutSlab } from './slab-layout.ts'

export interface SlabPoolOptions {
  /** All slabs of a server together, in use or kept for reuse. */
  readonly maxBytes: number
  /** Free slabs that are kept for reuse; more are given back to the system. Default: a quarter of `maxBytes`. */
  readonly keptBytes?: number
  /** Overwrites freed slabs; for tests. */
  readonly poison: 'never' | 'on-release'
}

const keptShare = 0.25

const emptyShape: SlabShape = Object.freeze({
  input: [],
  inputCapacity: { rows: 0, variable: [] },
  output: undefined,
  outputCapacity: undefined,
})

/** Hands out shared memory and takes it back. Only the main thread's side allocates; threads get views. */
export class SlabPool {
  readonly #options: SlabPoolOptions
  readonly #free = new Map<string, Slab[]>()
  readonly #destroyed = new Set<(slab: number) => void>()
  #nextId = 1
  #totalBytes = 0
  #freeBytes = 0
  readonly #keptBytes: number
  #inUse = 0
  #spilledBytes = 0

  constructor(options: SlabPoolOptions) {
    this.#options = options
    this.#keptBytes = options.keptBytes ?? options.maxBytes * keptShare
  }

  get maxBytes(): number {
    return this.#options.maxBytes
  }

  get slabsInUse(): number {
    return this.#inUse
  }

  get bytesInUse(): number {
    return this.#totalBytes - this.#freeBytes + this.#spilledBytes
  }

  get totalBytes(): number {
    return this.#totalBytes
  }

  /** An empty slab with one reference; `undefined` while the bound leaves no room. Throws BODY_TOO_LARGE if it never will. */
  open(shape: SlabShape, shapeKey: string): Slab | undefined {
    const slab = this.#reuse(shapeKey) ?? this.#create(shape, shapeKey)
    return slab && this.#opened(slab)
  }

  /** The same for rows that were accepted already: they can only be finished, so the bound does not hold them up. */
  openAnyway(shape: SlabShape, shapeKey: string): Slab {
    return this.#opened(this.#reuse(shapeKey) ?? this.#allocate(shape, shapeKey))
  }

  /** A slab that stands for memory beside the pool's; its owner is told once nobody reads there any more. */
  hold(whenFree: () => void): Slab {
    const slab = this.openAnyway(emptyShape, 'empty')
    slab.whenFree = whenFree
    return slab
  }

  /** The same for outputs that had no room in a slab: as long as they are held, they count as bytes in use. */
  holdSpilled({ byteLength }: SharedArrayBuffer): Slab {
    this.#spilledBytes += byteLength
    return this.hold(() => {
      this.#spilledBytes -= byteLength
    })
  }

  /** The rows of a batch were read: the slab that they lie in is held no longer on its account. */
  releaseSource(slab: Slab): void {
    const source = slab.dropSource()
    if (source !== undefined) this.release(source)
  }

  /** Drops one reference; the last one frees the slab for reuse, and the one it reads from. */
  release(slab: Slab): void {
    if (!slab.dropReference()) return
    this.#inUse--
    this.releaseSource(slab)
    slab.whenFree?.()
    slab.whenFree = undefined
    if (this.#options.poison === 'on-release') slab.poison()
    const { byteLength } = slab.buffer
    if (this.#freeBytes + byteLength > this.#keptBytes) {
      this.#destroy(slab)
      return
    }
    this.#freeBytes += byteLength
    const free = this.#free.get(slab.shapeKey)
    if (free === undefined) this.#free.set(slab.shapeKey, [slab])
    else free.push(slab)
  }

  /** Tells the listener of each slab that will never be used again, until the returned function is called. */
  onDestroyed(listener: (slab: number) => void): () => void {
    this.#destroyed.add(listener)
    return () => this.#destroyed.delete(listener)
  }

  #opened(slab: Slab): Slab {
    slab.retain()
    slab.reopen()
    this.#inUse++
    return slab
  }

  #reuse(shapeKey: string): Slab | undefined {
    const slab = this.#free.get(shapeKey)?.pop()
    if (slab !== undefined) this.#freeBytes -= slab.buffer.byteLength
    return slab
  }

  #create(shape: SlabShape, shapeKey: string): Slab | undefined {
    const layout = layoutSlab(shape)
    const { maxBytes } = this.#options
    if (layout.byteLength > maxBytes) {
      const message = `the rows need ${layout.byteLength} bytes of shared memory at once, the limit is ${maxBytes}`
      throw new PipelineError('BODY_TOO_LARGE', message, { details: { neededBytes: layout.byteLength, maxBytes } })
    }
    this.#evict(layout.byteLength)
    return this.#totalBytes + layout.byteLength > maxBytes ? undefined : this.#allocate(shape, shapeKey)
  }

  #allocate(shape: SlabShape, shapeKey: string): Slab {
    const layout = layoutSlab(shape)
    this.#totalBytes += layout.byteLength
    const buffer = new SharedArrayBuffer(layout.byteLength)
    return new Slab({ id: this.#nextId++, buffer, shape, layout, shapeKey })
  }

  /** Makes room by destroying free slabs of other shapes, those of the longest unused shapes first. */
  #evict(neededBytes: number): void {
    for (const [shapeKey, slabs] of this.#free) {
      while (this.#totalBytes + neededBytes > this.#options.maxBytes) {
        const slab = slabs.pop()
        if (slab === undefined) break
        this.#freeBytes -= slab.buffer.byteLength
        this.#destroy(slab)
      }
      if (slabs.length === 0) this.#free.delete(shapeKey)
    }
  }

  #destroy(slab: Slab): void {
    this.#totalBytes -= slab.buffer.byteLength
    for (const listener of this.#destroyed) listener(slab.id)
  }
}
