/** The column types a batch can hold: the part of Arrow's types that JSON records need. */
export type ColumnType =
  | { readonly kind: 'bool' }
  | {
      readonly kind: 'int'
      readonly bits: 8 | 16 | 32 | 64
      readonly isSigned: boolean
      readonly as: 'number' | 'bigint'
    }
  | { readonly kind: 'float'; readonly bits: 32 | 64 }
  | { readonly kind: 'utf8' }
  /** Bytes of any length. */
  | { readonly kind: 'binary' }
  /** Milliseconds since the epoch, UTC, as int64. */
  | { readonly kind: 'timestamp' }
  | { readonly kind: 'list'; readonly item: Field }
  | { readonly kind: 'fixed-list'; readonly size: number; readonly item: Field }
  | { readonly kind: 'struct'; readonly fields: readonly Field[] }

export interface Field {
  readonly name: string
  readonly type: ColumnType
  readonly isNullable: boolean
}
