import { fingerprintFields, type FormedBatch, measureBatch, packColumns, type RecordBatch } from '@redesmyn/core'
import type { Slab } from '../memory/slab.ts'
import { factsText } from '../thread/batch-facts.ts'
import type { SlabShape } from '../thread/protocol.ts'
import type { BatchParcel } from './child-protocol.ts'
import { lengthsOf } from './write-frame.ts'

/** Rooms that a child keeps: stages without a schema may see any columns. */
const maxRooms = 64

export interface PackedBatch {
  readonly parcel: BatchParcel
  readonly pieces: readonly Uint8Array[]
}

interface RoomShape {
  readonly key: string
  readonly shape: SlabShape
}

/** Makes parcels of batches for one child, and knows which rooms it has. */
export class BatchParcels {
  readonly #rooms = new Map<string, number>()
  #forget: number[] = []
  #lastRoom = 0
  #lastBatch = 0

  /** The pieces are views of the batch's bytes: of each buffer the part that the rows use, and nothing else. */
  pack(batch: FormedBatch<Slab>, deadlineMs: number): PackedBatch {
    const { room: slab, rowCount } = batch
    const input = slab.input(rowCount)
    const pieces = packColumns(input)
    const { key, shape } = roomShape(slab, input)
    const known = this.#rooms.get(key)
    const room = known ?? this.#addRoom(key)
    const forget = this.#forget
    this.#forget = []
    this.#lastBatch++
    const parcel: BatchParcel = {
      kind: 'batch',
      batch: this.#lastBatch,
      room,
      shape: known === undefined ? shape : undefined,
      forget,
      rowCount,
      deadlineMs,
      facts: factsText(batch),
      pieceBytes: lengthsOf(pieces),
    }
    return { parcel, pieces }
  }

  /** The child is gone, and its rooms with it. */
  reset(): void {
    this.#rooms.clear()
    this.#forget = []
  }

  #addRoom(key: string): number {
    this.#lastRoom++
    this.#rooms.set(key, this.#lastRoom)
    if (this.#rooms.size > maxRooms) {
      const [[oldestKey, oldest]] = this.#rooms
      this.#rooms.delete(oldestKey)
      this.#forget.push(oldest)
    }
    return this.#lastRoom
  }
}

/** Laid out as the slab where the rows lie in it; else with some more room than they need, so that others fit too. */
function roomShape({ shape, shapeKey, layout }: Slab, input: RecordBatch): RoomShape {
  if (input.layout === layout.input) return { key: shapeKey, shape }
  const { rows, variable } = measureBatch(input)
  const inputCapacity = { rows: powerOfTwoFrom(rows), variable: variable.map(powerOfTwoFrom) }
  const key = `${shapeKey}|${fingerprintFields(input.fields)}|${inputCapacity.rows}|${inputCapacity.variable.join()}`
  return { key, shape: { ...shape, input: input.fields, inputCapacity } }
}

function powerOfTwoFrom(count: number): number {
  return 2 ** Math.ceil(Math.log2(Math.max(count, 1)))
}
