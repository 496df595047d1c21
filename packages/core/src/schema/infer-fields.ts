import type { PipelineError } from '../errors/pipeline-error.ts'
import { describeKind } from './describe-kind.ts'
import type { ColumnType, Field } from './field.ts'
import { pointerTo } from './json-pointer.ts'
import { recordInvalid } from './record-issue.ts'

/** Records with ever new keys would need rows times columns of memory. */
const maxInferredColumns = 1024

type InferredKind = 'null' | 'bool' | 'int' | 'bigint' | 'float' | 'utf8' | 'binary'

interface InferredColumn {
  kind: InferredKind
  /** Records in which the column has a value. */
  presentCount: number
}

/**
 * The columns of records that come without a schema: flat objects of numbers, strings, booleans, bytes and nulls. A key that
 * some record lacks is nullable, one that is null everywhere is nullable text, whole and broken numbers together are
 * floats. Throws RECORD_INVALID where a column has two types, naming row and pointer.
 */
export function inferFields(records: readonly unknown[]): Field[] {
  const columns = new Map<string, InferredColumn>()
  records.forEach((record, row) => {
    if (!isRecord(record)) throw mismatch(row, '', 'type', `must be object, got ${describeKind(record)}`)
    for (const name of Object.keys(record)) addValue(columns, name, record[name], row)
  })
  return Array.from(columns, ([name, { kind, presentCount }]) => ({
    name,
    type: inferredTypes[kind],
    isNullable: presentCount < records.length,
  }))
}

function addValue(columns: Map<string, InferredColumn>, name: string, value: unknown, row: number): void {
  const kind = kindOf(value)
  if (kind === undefined) {
    throw mismatch(
      row,
      pointerTo('', name),
      'type',
      `must be a number, a string, a boolean or null, got ${describeKind(value)}`,
    )
  }
  let column = columns.get(name)
  if (column === undefined) {
    if (columns.size === maxInferredColumns) {
      throw mismatch(row, pointerTo('', name), 'maxProperties', `records may have ${maxInferredColumns} different keys`)
    }
    column = { kind: 'null', presentCount: 0 }
    columns.set(name, column)
  }
  if (kind === 'null') return
  const joined = joinKinds(column.kind, kind)
  if (joined === undefined)
    throw mismatch(row, pointerTo('', name), 'type', `must be ${column.kind} as in earlier records, got ${kind}`)
  column.kind = joined
  column.presentCount++
}

function kindOf(value: unknown): InferredKind | undefined {
  switch (typeof value) {
    case 'number':
      return Number.isSafeInteger(value) ? 'int' : 'float'
    case 'string':
      return 'utf8'
    case 'boolean':
      return 'bool'
    case 'bigint':
      return BigInt.asIntN(64, value) === value ? 'bigint' : undefined
    case 'undefined':
      return 'null'
    default:
      if (value === null) return 'null'
      return value instanceof Uint8Array ? 'binary' : undefined
  }
}

function joinKinds(known: InferredKind, next: InferredKind): InferredKind | undefined {
  if (known === next || known === 'null') return next
  const both = [known, next]
  if (!both.includes('int')) return undefined
  if (both.includes('float')) return 'float'
  return both.includes('bigint') ? 'bigint' : undefined
}

const inferredTypes = Object.freeze({
  null: { kind: 'utf8' },
  bool: { kind: 'bool' },
  int: { kind: 'int', bits: 64, isSigned: true, as: 'number' },
  bigint: { kind: 'int', bits: 64, isSigned: true, as: 'bigint' },
  float: { kind: 'float', bits: 64 },
  utf8: { kind: 'utf8' },
  binary: { kind: 'binary' },
} as const satisfies Record<InferredKind, ColumnType>)

function isRecord(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}

function mismatch(row: number, pointer: string, rule: string, message: string): PipelineError {
  return recordInvalid([{ row, pointer, rule, message }])
}
