import { type ThriftStruct, type ThriftValue, thriftType } from './thrift-value.ts'

const maxDepth = 64

/** Reads one struct. Throws RangeError where the bytes are none. */
export function readThrift(bytes: Uint8Array): ThriftStruct {
  return new ThriftReader(bytes).struct(0)
}

class ThriftReader {
  readonly #bytes: Uint8Array
  #place = 0

  constructor(bytes: Uint8Array) {
    this.#bytes = bytes
  }

  struct(depth: number): ThriftStruct {
    if (depth > maxDepth) throw new RangeError(`structs are nested deeper than ${maxDepth}`)
    const fields = new Map<number, ThriftValue>()
    let id = 0
    for (;;) {
      const head = this.#byte()
      if (head === thriftType.stop) return { kind: 'struct', fields }
      const type = head & 15
      id = head >> 4 === 0 ? this.#zigzag() : id + (head >> 4)
      fields.set(id, this.#fieldValue(type, depth))
    }
  }

  /** Of a field, whose type says the value of a boolean. */
  #fieldValue(type: number, depth: number): ThriftValue {
    if (type === thriftType.true || type === thriftType.false) {
      return { kind: 'bool', value: type === thriftType.true }
    }
    return this.#value(type, depth)
  }

  #value(type: number, depth: number): ThriftValue {
    switch (type) {
      case thriftType.true:
      case thriftType.false:
        return { kind: 'bool', value: this.#byte() === thriftType.true }
      case thriftType.byte:
        return { kind: 'int', type, value: this.#byte() }
      case thriftType.i16:
      case thriftType.i32:
      case thriftType.i64:
        return { kind: 'int', type, value: this.#zigzag() }
      case thriftType.double:
        return { kind: 'bytes', type, value: this.#take(8) }
      case thriftType.binary:
        return { kind: 'bytes', type, value: this.#take(this.#varint()) }
      case thriftType.list:
        return this.#list(depth)
      case thriftType.struct:
        return this.struct(depth + 1)
      default:
        throw new RangeError(`there is a value of the unknown type ${type}`)
    }
  }

  #list(depth: number): ThriftValue {
    const head = this.#byte()
    const itemType = head & 15
    const length = head >> 4 === 15 ? this.#varint() : head >> 4
    // Every item takes a byte at least.
    if (length > this.#bytes.length - this.#place) throw new RangeError(`there is a list of ${length} items`)
    const items = Array.from({ length }, () => this.#value(itemType, depth + 1))
    return { kind: 'list', itemType, items }
  }

  #zigzag(): number {
    const value = this.#varint()
    return value % 2 === 0 ? value / 2 : -(value + 1) / 2
  }

  #varint(): number {
    let value = 0
    for (let scale = 1; ; scale *= 128) {
      const byte = this.#byte()
      value += (byte & 127) * scale
      if (!Number.isSafeInteger(value)) throw new RangeError('there is a number beyond 2^53')
      if (byte < 128) return value
    }
  }

  #take(length: number): Uint8Array {
    const end = this.#place + length
    if (end > this.#bytes.length) throw new RangeError(`it ends inside a value of ${length} bytes`)
    const bytes = this.#bytes.subarray(this.#place, end)
    this.#place = end
    return bytes
  }

  #byte(): number {
    const byte = this.#bytes[this.#place++]
    if (byte === undefined) throw new RangeError('it ends inside a value')
    return byte
  }
}
