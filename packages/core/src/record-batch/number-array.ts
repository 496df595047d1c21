import type { ColumnType } from '../schema/field.ts'

/** The values of float columns and of integers up to 32 bits. */
export type NumberArray =
  | Int8Array
  | Int16Array
  | Int32Array
  | Uint8Array
  | Uint16Array
  | Uint32Array
  | Float32Array
  | Float64Array

export type Int64Array = BigInt64Array | BigUint64Array

export type NumberType = Extract<ColumnType, { kind: 'int' | 'float' | 'timestamp' }>

type Int64Type =
  | Extract<NumberType, { kind: 'timestamp' }>
  | (Extract<NumberType, { kind: 'int' }> & { readonly bits: 64 })

type ViewClass<A> = new (buffer: ArrayBufferLike, byteOffset: number, length: number) => A

/** Whether values take 64 bits that no number holds exactly. */
export function isInt64(type: NumberType): type is Int64Type {
  return type.kind === 'timestamp' || (type.kind === 'int' && type.bits === 64)
}

export function int64ArrayClass(type: Int64Type): ViewClass<Int64Array> {
  return type.kind === 'timestamp' || type.isSigned ? BigInt64Array : BigUint64Array
}

/** The array class of floats, and of integers of up to 32 bits. */
export function numberArrayClass(type: Exclude<NumberType, Int64Type>): ViewClass<NumberArray> {
  if (type.kind === 'float') return type.bits === 32 ? Float32Array : Float64Array
  switch (type.bits) {
    case 8:
      return type.isSigned ? Int8Array : Uint8Array
    case 16:
      return type.isSigned ? Int16Array : Uint16Array
    default:
      return type.isSigned ? Int32Array : Uint32Array
  }
}

export function isNumberArray(value: unknown): value is NumberArray {
  return ArrayBuffer.isView(value) && 'BYTES_PER_ELEMENT' in value && !isInt64Array(value)
}

export function isInt64Array(value: unknown): value is Int64Array {
  return value instanceof BigInt64Array || value instanceof BigUint64Array
}
