import { malformed } from './malformed.ts'

/** Elements of a flatbuffer vector: where they begin and how many there are. */
interface FlatVector {
  readonly start: number
  readonly length: number
}

const noElements: FlatVector = { start: 0, length: 0 }

/**
 * A table of a flatbuffer that came from outside. Every place is checked against the bytes before it is read, which
 * the readers generated for flatbuffers leave to a verifier. A field that is absent reads as its default,
 * which is 0 for most.
 */
export class FlatTable {
  readonly #view: DataView
  readonly #start: number
  readonly #slots: number
  readonly #slotBytes: number

  constructor(view: DataView, start: number) {
    this.#view = view
    this.#start = start
    this.#slots = start - view.getInt32(this.#checked(start, 4), true)
    this.#slotBytes = view.getUint16(this.#checked(this.#slots, 2), true)
  }

  /** The table that the first four bytes point to. */
  static root(bytes: Uint8Array): FlatTable {
    const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength)
    if (bytes.byteLength < 4) throw malformed('a message is too short')
    return new FlatTable(view, view.getUint32(0, true))
  }

  int8(slot: number): number {
    const place = this.#placeOf(slot, 1)
    return place === 0 ? 0 : this.#view.getInt8(place)
  }

  int16(slot: number, absent = 0): number {
    const place = this.#placeOf(slot, 2)
    return place === 0 ? absent : this.#view.getInt16(place, true)
  }

  int32(slot: number, absent = 0): number {
    const place = this.#placeOf(slot, 4)
    return place === 0 ? absent : this.#view.getInt32(place, true)
  }

  int64(slot: number): number {
    const place = this.#placeOf(slot, 8)
    return place === 0 ? 0 : Number(this.#view.getBigInt64(place, true))
  }

  table(slot: number): FlatTable | undefined {
    const place = this.#placeOf(slot, 4)
    return place === 0 ? undefined : new FlatTable(this.#view, this.#targetOf(place))
  }

  string(slot: number): string {
    const { start, length } = this.#vector(slot, 1)
    return new TextDecoder().decode(new Uint8Array(this.#view.buffer, this.#view.byteOffset + start, length))
  }

  tables(slot: number): FlatTable[] {
    const { start, length } = this.#vector(slot, 4)
    return Array.from({ length }, (_, index) => new FlatTable(this.#view, this.#targetOf(start + index * 4)))
  }

  longs(slot: number): number[] {
    const { start, length } = this.#vector(slot, 8)
    return Array.from({ length }, (_, index) => this.#longAt(start + index * 8))
  }

  /** A vector of structs of two longs. */
  pairs(slot: number): (readonly [number, number])[] {
    const { start, length } = this.#vector(slot, 16)
    return Array.from({ length }, (_, index) => {
      const place = start + index * 16
      return [this.#longAt(place), this.#longAt(place + 8)]
    })
  }

  /** A vector of structs of a long, an int and a long, as footers of files tell where their messages are. */
  blocks(slot: number): (readonly [number, number, number])[] {
    const { start, length } = this.#vector(slot, 24)
    return Array.from({ length }, (_, index) => {
      const place = start + index * 24
      return [this.#longAt(place), this.#view.getInt32(place + 8, true), this.#longAt(place + 16)]
    })
  }

  #longAt(place: number): number {
    return Number(this.#view.getBigInt64(place, true))
  }

  /** A vector whose elements take `elementBytes` each, all of them inside the bytes. */
  #vector(slot: number, elementBytes: number): FlatVector {
    const place = this.#placeOf(slot, 4)
    if (place === 0) return noElements
    const target = this.#targetOf(place)
    const length = this.#view.getUint32(this.#checked(target, 4), true)
    return { start: this.#checked(target + 4, length * elementBytes), length }
  }

  /** Where the field of a slot is; 0 where the table does not have it. */
  #placeOf(slot: number, bytes: number): number {
    const entry = 4 + slot * 2
    if (entry + 2 > this.#slotBytes) return 0
    const offset = this.#view.getUint16(this.#checked(this.#slots + entry, 2), true)
    return offset === 0 ? 0 : this.#checked(this.#start + offset, bytes)
  }

  #targetOf(place: number): number {
    return place + this.#view.getUint32(this.#checked(place, 4), true)
  }

  #checked(place: number, bytes: number): number {
    if (place < 0 || place + bytes > this.#view.byteLength) throw malformed('a message points outside itself')
    return place
  }
}
