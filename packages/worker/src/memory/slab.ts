import type { TextEncoder } from 'node:util'
import { type BatchRoom, BatchWriter, RecordBatch } from '@redesmyn/core'
import type { SlabShape } from '../thread/protocol.ts'
import { SlabHeader, type SlabState, slabHeaderBytes, slabState, sourceKind } from './slab-header.ts'
import type { SlabLayout } from './slab-layout.ts'
import type { SlabSource } from './slab-source.ts'

export interface SlabParts {
  readonly id: number
  readonly buffer: SharedArrayBuffer
  readonly shape: SlabShape
  readonly layout: SlabLayout
  /** Equal for slabs that can stand in for each other. */
  readonly shapeKey: string
}

/** A region of shared memory that holds one batch: header, input columns, room for outputs. */
export class Slab implements BatchRoom {
  readonly id: number
  readonly buffer: SharedArrayBuffer
  readonly shape: SlabShape
  readonly shapeKey: string
  readonly layout: SlabLayout
  readonly header: SlabHeader
  readonly writer: BatchWriter
  /** The facts' room, where numbers are all that is to be said. */
  readonly requestNumbers: Int32Array
  readonly #factsBytes: Uint8Array
  /** Called once when nobody refers to the slab any more. */
  whenFree: (() => void) | undefined = undefined
  #source: SlabSource | undefined = undefined
  #generation = 0
  #references = 0

  constructor(parts: SlabParts) {
    const { id, buffer, shape, layout, shapeKey } = parts
    this.id = id
    this.buffer = buffer
    this.shape = shape
    this.shapeKey = shapeKey
    this.layout = layout
    this.header = new SlabHeader(buffer)
    this.writer = new BatchWriter(layout.input, buffer)
    const { byteOffset, byteLength } = layout.facts
    this.#factsBytes = new Uint8Array(buffer, byteOffset, byteLength)
    this.requestNumbers = new Int32Array(buffer, byteOffset, byteLength >> 2)
  }

  /** Changes whenever the slab is offered to a slot, so that a late message about an earlier offer finds nothing. */
  get generation(): number {
    return this.#generation
  }

  get state(): SlabState {
    return this.header.state
  }

  /** Where the rows lie, where they are not this slab's own. */
  get source(): SlabSource | undefined {
    return this.#source
  }

  get isView(): boolean {
    return this.#source !== undefined
  }

  /** The rows, wherever they lie. */
  input(rowCount: number): RecordBatch {
    return this.#source?.batch ?? new RecordBatch(this.layout.input, this.buffer, rowCount)
  }

  /** From now on the batch's rows are those of the source; only its outputs and what is said about it are here. */
  readFrom(source: SlabSource): void {
    const { place, firstRow } = source
    this.#source = source
    this.header.sourceKind = sourceKind[place.kind]
    this.header.sourceSlab = place.kind === 'spilled' ? 0 : place.slab.id
    this.header.sourceRow = firstRow
  }

  retain(): void {
    this.#references++
  }

  /** Returns true when nobody refers to the slab any more. */
  dropReference(): boolean {
    this.#references--
    return this.#references === 0
  }

  /** Empties the slab for a new batch. */
  reopen(): void {
    this.#generation++
    this.header.set(this.#generation, slabState.open)
    this.header.sourceKind = sourceKind.own
    this.writer.reset()
  }

  /** Forgets where the rows lay; returns the slab that was held for their sake. */
  dropSource(): Slab | undefined {
    const held = this.#source?.slab
    this.#source = undefined
    return held
  }

  /** Writes the facts beside the columns; false where there is no room, and nothing is written. */
  writeFacts(text: string, encoder: TextEncoder): boolean {
    if (text.length > this.#factsBytes.length) return false
    const { read, written } = encoder.encodeInto(text, this.#factsBytes)
    if (read < text.length) return false
    this.header.factsBytes = written
    return true
  }

  /** From now on a thread may take the rows. */
  offer(rowCount: number, deadlineMs: number): void {
    this.#generation++
    this.header.rowCount = rowCount
    this.header.deadlineMs = deadlineMs
    this.header.begunMs = 0
    this.header.isGivenUp = false
    this.header.set(this.#generation, slabState.ready)
  }

  /** Takes the rows back; false when a thread was faster. */
  revoke(): boolean {
    return this.header.move(this.#generation, slabState.ready, slabState.revoked)
  }

  /** What the thread wrote; `undefined` where the outputs' types are not known beforehand. */
  output(rowCount: number): RecordBatch | undefined {
    const { output } = this.layout
    return output === undefined ? undefined : new RecordBatch(output, this.buffer, rowCount)
  }

  /** Overwrites all but the header, so that a reader that should have let go is found out. */
  poison(): void {
    new Uint8Array(this.buffer, slabHeaderBytes).fill(0xa5)
  }
}
