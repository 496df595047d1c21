import type { BufferRange, ColumnLayout, NumberArray } from '@redesmyn/core'

const nowhere: BufferRange = { byteOffset: 0, byteLength: 0, bitOffset: 0 }

/** The numbers of a column of floats, or of integers up to 32 bits. */
export function openNumbers({ field, length, values = nowhere }: ColumnLayout, buffer: ArrayBuffer): NumberArray {
  const { byteOffset } = values
  const { type } = field
  if (type.kind === 'float') {
    return type.bits === 32
      ? new Float32Array(buffer, byteOffset, length)
      : new Float64Array(buffer, byteOffset, length)
  }
  if (type.kind === 'int' && type.bits === 8) {
    return type.isSigned ? new Int8Array(buffer, byteOffset, length) : new Uint8Array(buffer, byteOffset, length)
  }
  if (type.kind === 'int' && type.bits === 16) {
    return type.isSigned ? new Int16Array(buffer, byteOffset, length) : new Uint16Array(buffer, byteOffset, length)
  }
  const isUnsigned = type.kind === 'int' && !type.isSigned
  return isUnsigned ? new Uint32Array(buffer, byteOffset, length) : new Int32Array(buffer, byteOffset, length)
}

/** The 64-bit values of a column as pairs of words, low word first. */
export function openWords({ length, values = nowhere }: ColumnLayout, buffer: ArrayBuffer): Int32Array {
  return new Int32Array(buffer, values.byteOffset, length * 2)
}

/** The bytes or bits that the values of a column are. */
export function openBytes({ values = nowhere }: ColumnLayout, buffer: ArrayBuffer): Uint8Array {
  return new Uint8Array(buffer, values.byteOffset, values.byteLength)
}

export function openOffsets({ length, offsets = nowhere }: ColumnLayout, buffer: ArrayBuffer): Int32Array {
  return new Int32Array(buffer, offsets.byteOffset, length + 1)
}
