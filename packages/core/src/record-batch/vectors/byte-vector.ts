import type { Field } from '../../schema/field.ts'
import { BinaryVector } from './binary-vector.ts'
import type { NullMask } from './null-mask.ts'
import { Utf8Vector } from './utf8-vector.ts'

/** Values behind each other, and where each begins; one more where the last ends. */
export interface ByteValues {
  readonly offsets: Int32Array
  readonly bytes: Uint8Array
}

/** The column of texts or bytes that a field asks for, over values that lie as both have them. */
export function byteVector(field: Field, nulls: NullMask, { offsets, bytes }: ByteValues): BinaryVector | Utf8Vector {
  const VectorClass = field.type.kind === 'binary' ? BinaryVector : Utf8Vector
  return new VectorClass(field, nulls, offsets, bytes)
}
