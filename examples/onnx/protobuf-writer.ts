const wireVarint = 0
const wireBytes = 2

/** Writes one protobuf message: as much of the format as ONNX files need. */
export class ProtobufWriter {
  readonly #bytes: number[] = []
  readonly #encoder = new TextEncoder()

  integer(field: number, value: number): this {
    this.#tag(field, wireVarint)
    this.#varint(value)
    return this
  }

  text(field: number, value: string): this {
    return this.bytes(field, this.#encoder.encode(value))
  }

  message(field: number, value: ProtobufWriter): this {
    return this.bytes(field, value.finish())
  }

  bytes(field: number, value: Uint8Array): this {
    this.#tag(field, wireBytes)
    this.#varint(value.length)
    for (const byte of value) this.#bytes.push(byte)
    return this
  }

  finish(): Uint8Array {
    return Uint8Array.from(this.#bytes)
  }

  #tag(field: number, wireType: number): void {
    this.#varint(field * 8 + wireType)
  }

  /** Seven bits a byte, the lowest first; all but the last byte have the high bit set. */
  #varint(value: number): void {
    let rest = value
    while (rest > 0x7f) {
      this.#bytes.push((rest % 0x80) + 0x80)
      rest = Math.floor(rest / 0x80)
    }
    this.#bytes.push(rest)
  }
}
