/** The typed arrays a numeric column can be. */
export interface NumericArrays {
  readonly Int8Array: { readonly writable: Int8Array; readonly value: number }
  readonly Int16Array: { readonly writable: Int16Array; readonly value: number }
  readonly Int32Array: { readonly writable: Int32Array; readonly value: number }
  readonly BigInt64Array: { readonly writable: BigInt64Array; readonly value: bigint }
  readonly Uint8Array: { readonly writable: Uint8Array; readonly value: number }
  readonly Uint16Array: { readonly writable: Uint16Array; readonly value: number }
  readonly Uint32Array: { readonly writable: Uint32Array; readonly value: number }
  readonly BigUint64Array: { readonly writable: BigUint64Array; readonly value: bigint }
  readonly Float32Array: { readonly writable: Float32Array; readonly value: number }
  readonly Float64Array: { readonly writable: Float64Array; readonly value: number }
}

export type NumericArrayName = keyof NumericArrays

/**
 * A typed array without the methods that write. Every typed array is one, so results can be returned as they are;
 * `map`, `filter` and `slice` give a writable copy of the ordinary kind.
 */
export interface ReadOnlyArray<Name extends NumericArrayName> extends Iterable<NumericArrays[Name]['value']> {
  readonly [index: number]: NumericArrays[Name]['value']
  readonly [Symbol.toStringTag]: Name
  readonly length: number
  readonly buffer: ArrayBufferLike
  readonly byteLength: number
  readonly byteOffset: number
  readonly BYTES_PER_ELEMENT: number
  at(index: number): NumericArrays[Name]['value'] | undefined
  every(accept: (value: NumericArrays[Name]['value'], index: number) => unknown): boolean
  filter(accept: (value: NumericArrays[Name]['value'], index: number) => unknown): NumericArrays[Name]['writable']
  find(
    accept: (value: NumericArrays[Name]['value'], index: number) => boolean,
  ): NumericArrays[Name]['value'] | undefined
  findIndex(accept: (value: NumericArrays[Name]['value'], index: number) => boolean): number
  forEach(visit: (value: NumericArrays[Name]['value'], index: number) => void): void
  includes(value: NumericArrays[Name]['value'], from?: number): boolean
  indexOf(value: NumericArrays[Name]['value'], from?: number): number
  join(separator?: string): string
  map(
    change: (value: NumericArrays[Name]['value'], index: number) => NumericArrays[Name]['value'],
  ): NumericArrays[Name]['writable']
  reduce<Result>(
    merge: (total: Result, value: NumericArrays[Name]['value'], index: number) => Result,
    initial: Result,
  ): Result
  slice(from?: number, to?: number): NumericArrays[Name]['writable']
  some(accept: (value: NumericArrays[Name]['value'], index: number) => unknown): boolean
  subarray(from?: number, to?: number): ReadOnlyArray<Name>
}

export type ReadonlyFloat32Array = ReadOnlyArray<'Float32Array'>
export type ReadonlyFloat64Array = ReadOnlyArray<'Float64Array'>
export type ReadonlyBigInt64Array = ReadOnlyArray<'BigInt64Array'>
