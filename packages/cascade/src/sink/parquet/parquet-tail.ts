import {
  moveGroup,
  type ParquetFooter,
  parquetMagic,
  readFooter,
  type RowGroup,
  writeFooter,
} from '../../source/parquet/parquet-footer.ts'

const magicBytes = parquetMagic.length
const tailBytes = 8

/** The end of a file that is put together from others, each of which holds one row group. */
export class ParquetTail {
  readonly #footer: ParquetFooter
  readonly #groups: RowGroup[] = []

  /** `empty` is a whole file without rows. */
  constructor(empty: Uint8Array) {
    this.#footer = footerOf(empty)
  }

  /** The pages of a whole file, which are to be written at `offset`. */
  add(bytes: Uint8Array, offset: number): Uint8Array {
    let end = magicBytes
    for (const group of footerOf(bytes).groups) {
      for (const chunk of group.chunks) end = Math.max(end, chunk.start + chunk.byteLength)
      this.#groups.push(moveGroup(group, new Map(group.chunks.map((chunk) => [chunk, offset - magicBytes]))))
    }
    return bytes.subarray(magicBytes, end)
  }

  /** The footer, its length, and the magic. */
  encode(): Uint8Array {
    const footer = writeFooter(this.#footer, this.#groups)
    const bytes = new Uint8Array(footer.length + tailBytes)
    bytes.set(footer)
    new DataView(bytes.buffer).setUint32(footer.length, footer.length, true)
    new TextEncoder().encodeInto(parquetMagic, bytes.subarray(footer.length + 4))
    return bytes
  }
}

function footerOf(bytes: Uint8Array): ParquetFooter {
  const end = bytes.byteLength - tailBytes
  const footerLength = new DataView(bytes.buffer, bytes.byteOffset + end, 4).getUint32(0, true)
  return readFooter(bytes.subarray(end - footerLength, end))
}
