import { describeKind } from '../../schema/describe-kind.ts'
import type { ColumnType, Field } from '../../schema/field.ts'
import { describeType } from '../../schema/fingerprint-fields.ts'
import { pointerTo } from '../../schema/json-pointer.ts'
import { isArrayLike } from '../array-like.ts'
import { isRecord, readField } from '../read-field.ts'

/** Where a value does not fit its field. */
export interface Mismatch {
  /** JSON pointer into the value; empty for the value itself. */
  readonly pointer: string
  readonly expected: string
  readonly received: string
}

/** The first place where a value is not what its field takes; `undefined` where it fits. */
export function findMismatch(field: Field, value: unknown): Mismatch | undefined {
  const { type } = field
  if (value === null || value === undefined) return field.isNullable ? undefined : mismatch(type, value)
  switch (type.kind) {
    case 'list':
    case 'fixed-list':
      return findInItems(type, value)
    case 'struct':
      return isRecord(value) && !isArrayLike(value) ? findInFields(type.fields, value) : mismatch(type, value)
    default:
      return fitsType(type, value) ? undefined : mismatch(type, value)
  }
}

function findInItems(type: Extract<ColumnType, { kind: 'list' | 'fixed-list' }>, value: unknown): Mismatch | undefined {
  if (!isArrayLike(value) || (type.kind === 'fixed-list' && value.length !== type.size)) return mismatch(type, value)
  for (let index = 0; index < value.length; index++) {
    const found = findMismatch(type.item, value[index])
    if (found !== undefined) return { ...found, pointer: `${pointerTo('', index)}${found.pointer}` }
  }
  return undefined
}

function findInFields(fields: readonly Field[], value: unknown): Mismatch | undefined {
  for (const field of fields) {
    const found = findMismatch(field, readField(value, field.name))
    if (found !== undefined) return { ...found, pointer: `${pointerTo('', field.name)}${found.pointer}` }
  }
  return undefined
}

function fitsType(type: ColumnType, value: unknown): boolean {
  switch (type.kind) {
    case 'bool':
      return typeof value === 'boolean'
    case 'float':
      return typeof value === 'number'
    case 'utf8':
      return typeof value === 'string'
    case 'binary':
      return value instanceof Uint8Array
    case 'timestamp':
      return fitsInteger(64, true, value)
    case 'int':
      return fitsInteger(type.bits, type.isSigned, value)
    default:
      return false
  }
}

function fitsInteger(bits: number, isSigned: boolean, value: unknown): boolean {
  if (typeof value === 'bigint')
    return bits === 64 && (isSigned ? BigInt.asIntN(64, value) : BigInt.asUintN(64, value)) === value
  if (typeof value !== 'number' || !Number.isInteger(value)) return false
  return isSigned ? value >= -(2 ** (bits - 1)) && value < 2 ** (bits - 1) : value >= 0 && value < 2 ** bits
}

function mismatch(type: ColumnType, value: unknown): Mismatch {
  return { pointer: '', expected: describeType(type), received: describeValue(value) }
}

/** Short and on one line: the value of a number, the kind of everything else. */
function describeValue(value: unknown): string {
  if (typeof value === 'number' || typeof value === 'bigint') return `${typeof value} ${value}`
  if (isArrayLike(value)) return `${value.length} items`
  return value === undefined ? 'nothing' : describeKind(value)
}
