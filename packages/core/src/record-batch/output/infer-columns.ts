import { PipelineError } from '../../errors/pipeline-error.ts'
import type { ColumnType, Field } from '../../schema/field.ts'
import { inferFields } from '../../schema/infer-fields.ts'
import { isArrayLike } from '../array-like.ts'
import { isColumnVector } from '../vectors/is-column-vector.ts'
import type { HandlerColumns } from './column-sources.ts'
import { hasNulls, openValues } from './open-values.ts'

/**
 * The fields of columns that a handler of a stage without an output schema returned: typed arrays keep their type,
 * other values are looked at one by one. Throws OUTPUT_SCHEMA_MISMATCH where a column has no single type.
 */
export function inferColumns(columns: HandlerColumns): Field[] {
  return Object.keys(columns).map((name) => inferColumn(name, columns[name]))
}

function inferColumn(name: string, column: unknown): Field {
  if (isColumnVector(column)) return { ...column.field, name }
  const type = typeOfArray(column)
  if (type !== undefined && isArrayLike(column)) return { name, type, isNullable: hasNulls(column) }
  const unknown: Field = { name, type: { kind: 'utf8' }, isNullable: true }
  const source = openValues(unknown, column)
  if (source === undefined) throw noType(name)
  const values = Array.from({ length: source.length }, (_, row) => source.get(row))
  try {
    return inferValues(name, values)
  } catch (cause) {
    throw noType(name, cause)
  }
}

function inferValues(name: string, values: readonly unknown[]): Field {
  const present = values.filter((value) => value !== null && value !== undefined)
  if (present.length === 0 || !present.every(isArrayLike)) {
    return (
      inferFields(values.map((value) => ({ [name]: value })))[0] ?? { name, type: { kind: 'utf8' }, isNullable: true }
    )
  }
  const isNullable = present.length < values.length
  if (present.every((value) => value instanceof Uint8Array)) return { name, type: { kind: 'binary' }, isNullable }
  const type = typeOfArray(present[0])
  const item =
    type === undefined
      ? inferValues(
          'item',
          present.flatMap((list) => Array.from(list)),
        )
      : itemField(type)
  return { name, type: { kind: 'list', item }, isNullable }
}

function itemField(type: ColumnType): Field {
  return { name: 'item', type, isNullable: false }
}

function typeOfArray(column: unknown): ColumnType | undefined {
  if (column instanceof Float64Array) return { kind: 'float', bits: 64 }
  if (column instanceof Float32Array) return { kind: 'float', bits: 32 }
  if (column instanceof BigInt64Array) return { kind: 'int', bits: 64, isSigned: true, as: 'bigint' }
  if (column instanceof BigUint64Array) return { kind: 'int', bits: 64, isSigned: false, as: 'bigint' }
  if (column instanceof Int32Array) return { kind: 'int', bits: 32, isSigned: true, as: 'number' }
  if (column instanceof Int16Array) return { kind: 'int', bits: 16, isSigned: true, as: 'number' }
  if (column instanceof Int8Array) return { kind: 'int', bits: 8, isSigned: true, as: 'number' }
  if (column instanceof Uint32Array) return { kind: 'int', bits: 32, isSigned: false, as: 'number' }
  if (column instanceof Uint16Array) return { kind: 'int', bits: 16, isSigned: false, as: 'number' }
  if (column instanceof Uint8Array) return { kind: 'int', bits: 8, isSigned: false, as: 'number' }
  return undefined
}

function noType(name: string, cause?: unknown): PipelineError {
  const reason = cause instanceof Error ? cause.message : 'it has no values'
  return new PipelineError(
    'OUTPUT_SCHEMA_MISMATCH',
    `the handler returned a column "${name}" of no single type: ${reason}`,
    {
      details: { column: name },
      cause,
    },
  )
}
