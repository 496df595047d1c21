/** A value of Thrift's compact protocol, as far as Parquet's footers have them. Keeps what it takes to write it again. */
export type ThriftValue = ThriftBool | ThriftInt | ThriftBytes | ThriftList | ThriftStruct

export interface ThriftBool {
  readonly kind: 'bool'
  readonly value: boolean
}

export interface ThriftInt {
  readonly kind: 'int'
  /** One of `thriftType`: byte, i16, i32 or i64. */
  readonly type: number
  readonly value: number
}

/** Texts and bytes, and doubles, which nobody here looks into. */
export interface ThriftBytes {
  readonly kind: 'bytes'
  readonly type: number
  readonly value: Uint8Array
}

export interface ThriftList {
  readonly kind: 'list'
  readonly itemType: number
  readonly items: readonly ThriftValue[]
}

export interface ThriftStruct {
  readonly kind: 'struct'
  /** By the number of the field, in the order they came. */
  readonly fields: ReadonlyMap<number, ThriftValue>
}

/** Numbers of the compact protocol. */
export const thriftType = {
  stop: 0,
  true: 1,
  false: 2,
  byte: 3,
  i16: 4,
  i32: 5,
  i64: 6,
  double: 7,
  binary: 8,
  list: 9,
  struct: 12,
} as const

/** The same struct with some fields set, or left out where undefined is given. */
export function withFields(
  struct: ThriftStruct,
  changes: Readonly<Record<number, ThriftValue | undefined>>,
): ThriftStruct {
  const fields = new Map(struct.fields)
  for (const [id, value] of Object.entries(changes)) {
    if (value === undefined) fields.delete(Number(id))
    else fields.set(Number(id), value)
  }
  return { kind: 'struct', fields }
}

export function thriftInt64(value: number): ThriftInt {
  return { kind: 'int', type: thriftType.i64, value }
}

export function thriftStructs(items: readonly ThriftStruct[]): ThriftList {
  return { kind: 'list', itemType: thriftType.struct, items }
}
