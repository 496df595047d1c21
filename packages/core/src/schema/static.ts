import type { Static, TEnum, TLiteral, TNull, TProperties, TSchema, TUnion, TUnsafe } from 'typebox'
import type { ColumnName } from './column.ts'
import type { NumericArrayName, NumericArrays, ReadOnlyArray } from './read-only-array.ts'
import type { ObjectSchema } from './object-schema.ts'

/** A column whose values are not numbers: read them one by one. */
export interface ColumnReader<Value> {
  readonly length: number
  get(row: number): Value
}

/** Tells nulls from the zeros that stand for them. */
export interface NullableColumn {
  isNull(row: number): boolean
}

/** What `batch.column` gives for a property: a view of the batch's own memory. */
export type ColumnOf<S> = TSchema extends S
  ? AnyColumn
  : IsNullable<S> extends true
    ? PresentColumn<PresentSchema<S>, ValueOf<S>> & NullableColumn
    : PresentColumn<S, ValueOf<S>>

/** A column of a stage without a schema. */
export type AnyColumn = ArrayUnion<NumericArrayName> | ColumnReader<unknown>

type PresentColumn<S, Value> = [ArrayNameOf<S>] extends [never] ? ColumnReader<Value> : ReadOnlyArray<ArrayNameOf<S>>

/** What `batch.out` gives for a property: room to write, zeroed. */
export type WritableColumnOf<S> = NumericArrays[ArrayNameOf<S>]['writable']

/** What a handler may return for a property. */
export type ColumnInputOf<S> = TSchema extends S
  ? AnyColumnInput
  :
      | (IsNullable<S> extends true ? never : AcceptedArray<KindOf<S>>)
      | (IsNullable<S> extends true ? AcceptedArray<KindOf<PresentSchema<S>>> : never)
      | ColumnReader<ValueInputOf<S>>
      | readonly ValueInputOf<S>[]

export type AnyColumnInput = ArrayUnion<NumericArrayName> | ColumnReader<unknown> | readonly unknown[]

/** One row as objects: what `batch.rows()` gives, and what a direct call of a stage answers. */
export type RowOf<S extends ObjectSchema> = ObjectSchema extends S
  ? Record<string, unknown>
  : RowOfProperties<S['properties']>

type RowOfProperties<P extends TProperties> = { readonly [K in keyof P]: ValueOf<P[K]> }

/** One row as a handler may return it, or a script may pass it: what is nullable may be left out. */
export type RowInputOf<S extends ObjectSchema> = ObjectSchema extends S
  ? Readonly<Record<string, unknown>>
  : RowInputOfProperties<S['properties']>

type RowInputOfProperties<P extends TProperties> = {
  readonly [K in keyof P as IsNullable<P[K]> extends true ? never : K]: ValueInputOf<P[K]>
} & { readonly [K in keyof P as IsNullable<P[K]> extends true ? K : never]?: ValueInputOf<P[K]> | undefined }

/** One value as rows hold it. */
export type ValueOf<S> = IsNullable<S> extends true ? PresentValueOf<PresentSchema<S>> | null : PresentValueOf<S>

type PresentValueOf<S> =
  KindOf<S> extends 'list'
    ? readonly ValueOf<ItemOf<S>>[]
    : KindOf<S> extends 'struct'
      ? S extends ObjectSchema
        ? RowOf<S>
        : never
      : KindOf<S> extends 'integer'
        ? number | bigint
        : S extends TSchema
          ? Static<S>
          : never

/** Texts are any string: the compiler widens the literals that a handler returns, and batches keep no enums. */
type ValueInputOf<S> = IsNullable<S> extends true ? PresentInputOf<PresentSchema<S>> | null : PresentInputOf<S>

type PresentInputOf<S> =
  KindOf<S> extends 'list'
    ? readonly ValueInputOf<ItemOf<S>>[] | AcceptedArray<KindOf<ItemOf<S>>>
    : KindOf<S> extends 'struct'
      ? S extends ObjectSchema
        ? RowInputOf<S>
        : never
      : KindOf<S> extends 'integer' | 'int64' | 'uint64'
        ? number | bigint
        : KindOf<S> extends 'utf8'
          ? string
          : PresentValueOf<S>

export type IsNullable<S> = S extends { readonly '~optional': true }
  ? true
  : S extends TUnion<infer Types>
    ? TNull extends Types[number]
      ? true
      : false
    : false

/** The schema without its null. */
type PresentSchema<S> = S extends TUnion<infer Types> ? PresentMember<Exclude<Types[number], TNull>, S> : S

/** `T | null` is T's column; a union of literals stays what it is. */
type PresentMember<Member, Whole> = Member extends TLiteral
  ? Exclude<Member, TNull>
  : Member extends Whole
    ? never
    : Member

type ItemOf<S> = S extends { readonly '~kind': 'Array'; readonly items: infer Item } ? Item : never

type Kind = ColumnName | 'integer' | 'utf8' | 'bool' | 'list' | 'struct'

type KindOf<S> = S extends { readonly '~column': infer Name extends Kind }
  ? Name
  : S extends { readonly '~kind': 'Number' }
    ? 'float64'
    : S extends { readonly '~kind': 'Integer' }
      ? 'integer'
      : S extends { readonly '~kind': 'Boolean' }
        ? 'bool'
        : S extends { readonly '~kind': 'Array' }
          ? 'list'
          : S extends { readonly '~kind': 'Object' }
            ? 'struct'
            : S extends { readonly '~kind': 'String' | 'TemplateLiteral' } | TLiteral<string> | TEnum<string[]>
              ? 'utf8'
              : S extends TUnion<infer Types>
                ? Types[number] extends TLiteral<string>
                  ? 'utf8'
                  : never
                : S extends TUnsafe<string>
                  ? 'utf8'
                  : never

interface ArrayOfKind {
  readonly int8: 'Int8Array'
  readonly int16: 'Int16Array'
  readonly int32: 'Int32Array'
  readonly int64: 'BigInt64Array'
  readonly integer: 'BigInt64Array'
  readonly timestamp: 'BigInt64Array'
  readonly uint8: 'Uint8Array'
  readonly uint16: 'Uint16Array'
  readonly uint32: 'Uint32Array'
  readonly uint64: 'BigUint64Array'
  readonly float32: 'Float32Array'
  readonly float64: 'Float64Array'
}

type ArrayNameOf<S> = IsNullable<S> extends true ? KindArray<KindOf<PresentSchema<S>>> : KindArray<KindOf<S>>

type KindArray<K> = K extends keyof ArrayOfKind ? ArrayOfKind[K] : never

/** Names of the properties whose columns are numbers. */
export type NumericNameOf<S extends ObjectSchema> = ObjectSchema extends S
  ? string
  : {
      [K in keyof S['properties']]: [ArrayNameOf<S['properties'][K]>] extends [never] ? never : K
    }[keyof S['properties']] &
      string

/** The typed arrays that hold nothing a column of this kind could not. */
interface AcceptedNames {
  readonly int8: 'Int8Array'
  readonly int16: 'Int16Array' | AcceptedNames['int8'] | 'Uint8Array'
  readonly int32: 'Int32Array' | AcceptedNames['int16'] | 'Uint16Array'
  readonly int64: 'BigInt64Array' | AcceptedNames['int32'] | 'Uint32Array'
  readonly integer: AcceptedNames['int64']
  readonly timestamp: AcceptedNames['int64'] | 'Float64Array'
  readonly uint8: 'Uint8Array'
  readonly uint16: 'Uint16Array' | 'Uint8Array'
  readonly uint32: 'Uint32Array' | AcceptedNames['uint16']
  readonly uint64: 'BigUint64Array' | AcceptedNames['uint32']
  readonly float32: 'Float32Array' | 'Float64Array' | AcceptedNames['int16'] | 'Uint16Array'
  readonly float64: 'Float64Array' | 'Float32Array' | AcceptedNames['int32'] | 'Uint32Array'
}

type AcceptedArray<K> = K extends keyof AcceptedNames ? ArrayUnion<AcceptedNames[K]> : never

type ArrayUnion<Name> = Name extends NumericArrayName ? ReadOnlyArray<Name> : never
