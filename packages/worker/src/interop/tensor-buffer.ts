import type { TensorArray } from '@redesmyn/core'

type TensorArrayClass = new (buffer: ArrayBuffer, byteOffset: number, length: number) => TensorArray

interface ElementType {
  readonly arrayClass: TensorArrayClass
  readonly bytes: number
}

/** The element types of ONNX that are numbers, or that lie as numbers. */
const elementTypes: Readonly<Record<string, ElementType>> = Object.freeze({
  float32: { arrayClass: Float32Array, bytes: 4 },
  float64: { arrayClass: Float64Array, bytes: 8 },
  int8: { arrayClass: Int8Array, bytes: 1 },
  int16: { arrayClass: Int16Array, bytes: 2 },
  int32: { arrayClass: Int32Array, bytes: 4 },
  int64: { arrayClass: BigInt64Array, bytes: 8 },
  uint8: { arrayClass: Uint8Array, bytes: 1 },
  uint16: { arrayClass: Uint16Array, bytes: 2 },
  uint32: { arrayClass: Uint32Array, bytes: 4 },
  uint64: { arrayClass: BigUint64Array, bytes: 8 },
  bool: { arrayClass: Uint8Array, bytes: 1 },
})

export function isNumericElement(type: string | undefined): type is string {
  return type !== undefined && Object.hasOwn(elementTypes, type)
}

/** Memory for the values of one tensor, used again for every batch: it grows, and never shrinks. */
export class TensorBuffer {
  readonly #element: ElementType
  #buffer = new ArrayBuffer(0)

  constructor(type: string) {
    this.#element = elementTypes[type] ?? elementTypes.float32
  }

  /** The first `length` values. What is in them is left from earlier batches. */
  values(length: number): TensorArray {
    const { arrayClass: ArrayClass, bytes } = this.#element
    if (length * bytes > this.#buffer.byteLength)
      this.#buffer = new ArrayBuffer(2 ** Math.ceil(Math.log2(length * bytes)))
    return new ArrayClass(this.#buffer, 0, length)
  }
}
