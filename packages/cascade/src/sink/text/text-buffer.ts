const firstBytes = 256 * 1024
const zero = 0x30
const minus = 0x2d
/** Digits of the longest safe integer, and a sign. */
const maxIntegerBytes = 17
/** Longer runs are copied at once. */
const maxLoopBytes = 32

/** Text on its way to a file, as UTF-8. It grows to what is put into it between two takings. */
export class TextBuffer {
  bytes: Buffer = Buffer.allocUnsafeSlow(firstBytes)
  end = 0

  /** Makes sure that so many more bytes fit. */
  reserve(byteLength: number): void {
    const needed = this.end + byteLength
    if (needed <= this.bytes.length) return
    const bytes = Buffer.allocUnsafeSlow(Math.max(needed, this.bytes.length * 2))
    this.bytes.copy(bytes, 0, 0, this.end)
    this.bytes = bytes
  }

  putByte(byte: number): void {
    this.reserve(1)
    this.bytes[this.end++] = byte
  }

  /** Characters that are a byte each. */
  putAscii(text: string): void {
    this.reserve(text.length)
    const { bytes } = this
    let end = this.end
    for (let index = 0; index < text.length; index++) bytes[end++] = text.charCodeAt(index)
    this.end = end
  }

  putText(text: string): void {
    this.reserve(text.length * 3)
    this.end += this.bytes.write(text, this.end)
  }

  /** Bytes `from` to `to` (exclusive). */
  putBytes(source: Uint8Array, from: number, to: number): void {
    this.reserve(to - from)
    const { bytes } = this
    if (to - from > maxLoopBytes) bytes.set(source.subarray(from, to), this.end)
    else for (let index = from; index < to; index++) bytes[this.end + index - from] = source[index]
    this.end += to - from
  }

  /** A safe integer. */
  putInteger(value: number): void {
    this.reserve(maxIntegerBytes)
    const { bytes } = this
    if (value < 0) bytes[this.end++] = minus
    let rest = Math.abs(value)
    let length = 1
    for (let bound = 10; bound <= rest; bound *= 10) length++
    for (let place = this.end + length - 1; place >= this.end; place--) {
      const tenth = Math.floor(rest / 10)
      // The sum in brackets first: with `zero` added the largest integers would be rounded.
      bytes[place] = zero + (rest - tenth * 10)
      rest = tenth
    }
    this.end += length
  }

  /** What was put, valid until more is. */
  take(): Uint8Array {
    const taken = this.bytes.subarray(0, this.end)
    this.end = 0
    return taken
  }
}
