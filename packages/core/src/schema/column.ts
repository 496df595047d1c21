import type { TNumberOptions, TSchemaOptions, TUnsafe } from 'typebox'

export type ColumnName =
  | 'int8'
  | 'int16'
  | 'int32'
  | 'int64'
  | 'uint8'
  | 'uint16'
  | 'uint32'
  | 'uint64'
  | 'float32'
  | 'float64'
  | 'timestamp'
  | 'bytes'

/** A JSON schema that also names the column it is kept in; usable wherever TypeBox takes a schema. */
export type TColumn<Name extends ColumnName, Value> = TUnsafe<Value> & { readonly '~column': Name }

/** What `Type.Number` takes: bounds may narrow the column's own range, never widen it. */
export type ColumnOptions = TNumberOptions

const maxFloat32 = 3.4028234663852886e38
const maxTimestampMs = 8.64e15

/**
 * Columns that JSON schema has no type for. `Type.Number()` is `float64` and `Type.Integer()` is `int64` already.
 * The 64-bit integers are `bigint` in rows, and take numbers, bigints and strings of digits from a client.
 * A timestamp is a whole number of milliseconds since 1970, UTC.
 * Bytes are a `Uint8Array` in rows, and base64 text (RFC 4648, with padding) in JSON, both ways.
 */
export const column = Object.freeze({
  int8: (options?: ColumnOptions) => describe<'int8', number>('int8', integer(-128, 127), options),
  int16: (options?: ColumnOptions) => describe<'int16', number>('int16', integer(-32_768, 32_767), options),
  int32: (options?: ColumnOptions) => describe<'int32', number>('int32', integer(-(2 ** 31), 2 ** 31 - 1), options),
  int64: (options?: ColumnOptions) => describe<'int64', bigint>('int64', { type: 'integer', format: 'int64' }, options),
  uint8: (options?: ColumnOptions) => describe<'uint8', number>('uint8', integer(0, 255), options),
  uint16: (options?: ColumnOptions) => describe<'uint16', number>('uint16', integer(0, 65_535), options),
  uint32: (options?: ColumnOptions) => describe<'uint32', number>('uint32', integer(0, 2 ** 32 - 1), options),
  uint64: (options?: ColumnOptions) =>
    describe<'uint64', bigint>('uint64', { type: 'integer', format: 'uint64' }, options),
  float32: (options?: ColumnOptions) =>
    describe<'float32', number>('float32', { type: 'number', minimum: -maxFloat32, maximum: maxFloat32 }, options),
  float64: (options?: ColumnOptions) => describe<'float64', number>('float64', { type: 'number' }, options),
  timestamp: (options?: ColumnOptions) =>
    describe<'timestamp', number>('timestamp', integer(-maxTimestampMs, maxTimestampMs), options),
  bytes: (options?: TSchemaOptions) => describeBytes(options),
})

interface NumberSchema extends TSchemaOptions {
  readonly type: 'integer' | 'number'
  readonly minimum?: number | bigint
  readonly maximum?: number | bigint
}

function integer(minimum: number, maximum: number): NumberSchema {
  return { type: 'integer', minimum, maximum }
}

function describe<Name extends ColumnName, Value>(
  name: Name,
  range: NumberSchema,
  options: ColumnOptions = {},
): TColumn<Name, Value> {
  const schema: Record<string, unknown> = { ...range, ...options, '~column': name }
  const minimum = tighter(range.minimum, options.minimum, 1)
  const maximum = tighter(range.maximum, options.maximum, -1)
  if (minimum !== undefined) schema.minimum = minimum
  if (maximum !== undefined) schema.maximum = maximum
  // TypeBox keeps the static type in a property that exists for the compiler only.
  return schema as unknown as TColumn<Name, Value>
}

function describeBytes(options: TSchemaOptions = {}): TColumn<'bytes', Uint8Array> {
  const schema = { type: 'string', contentEncoding: 'base64', ...options, '~column': 'bytes' }
  return schema as unknown as TColumn<'bytes', Uint8Array>
}

function tighter(own: number | bigint | undefined, asked: number | bigint | undefined, sign: 1 | -1) {
  if (own === undefined || asked === undefined) return asked ?? own
  const isTighter = sign === 1 ? asked > own : asked < own
  return isTighter ? asked : own
}
