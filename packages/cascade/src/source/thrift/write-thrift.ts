import { type ThriftStruct, type ThriftValue, thriftType } from './thrift-value.ts'

/** The bytes of a struct: those that it was read from, where nothing was changed and its writer kept to short forms. */
export function writeThrift(struct: ThriftStruct): Uint8Array {
  const writer = new ThriftWriter()
  writer.struct(struct)
  return writer.bytes()
}

class ThriftWriter {
  #bytes = new Uint8Array(4096)
  #length = 0

  bytes(): Uint8Array {
    return this.#bytes.subarray(0, this.#length)
  }

  struct({ fields }: ThriftStruct): void {
    let last = 0
    // The protocol tells a field by its distance from the one before.
    for (const [id, value] of [...fields].toSorted(([left], [right]) => left - right)) {
      const distance = id - last
      const type = typeOf(value)
      if (distance > 0 && distance < 16) this.#byte((distance << 4) | type)
      else {
        this.#byte(type)
        this.#zigzag(id)
      }
      if (value.kind !== 'bool') this.#value(value)
      last = id
    }
    this.#byte(thriftType.stop)
  }

  #value(value: ThriftValue): void {
    switch (value.kind) {
      case 'bool':
        return this.#byte(typeOf(value))
      case 'int':
        return value.type === thriftType.byte ? this.#byte(value.value) : this.#zigzag(value.value)
      case 'bytes':
        if (value.type === thriftType.binary) this.#varint(value.value.length)
        return this.#put(value.value)
      case 'struct':
        return this.struct(value)
      case 'list': {
        const { itemType, items } = value
        this.#byte((Math.min(items.length, 15) << 4) | itemType)
        if (items.length >= 15) this.#varint(items.length)
        for (const item of items) this.#value(item)
      }
    }
  }

  #zigzag(value: number): void {
    this.#varint(value < 0 ? -value * 2 - 1 : value * 2)
  }

  #varint(value: number): void {
    let rest = value
    for (; rest >= 128; rest = Math.floor(rest / 128)) this.#byte((rest % 128) | 128)
    this.#byte(rest)
  }

  #byte(byte: number): void {
    this.#reserve(1)
    this.#bytes[this.#length++] = byte
  }

  #put(bytes: Uint8Array): void {
    this.#reserve(bytes.length)
    this.#bytes.set(bytes, this.#length)
    this.#length += bytes.length
  }

  #reserve(byteLength: number): void {
    const needed = this.#length + byteLength
    if (needed <= this.#bytes.length) return
    const grown = new Uint8Array(Math.max(needed, this.#bytes.length * 2))
    grown.set(this.#bytes)
    this.#bytes = grown
  }
}

function typeOf(value: ThriftValue): number {
  switch (value.kind) {
    case 'bool':
      return value.value ? thriftType.true : thriftType.false
    case 'int':
    case 'bytes':
      return value.type
    case 'list':
      return thriftType.list
    case 'struct':
      return thriftType.struct
  }
}
