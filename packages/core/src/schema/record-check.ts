import type { TSchema } from 'typebox'
import { toCheckSchema } from './check-schema.ts'
import { coerceRecord } from './coerce-record.ts'
import type { Compile } from './compile.ts'
import type { Field } from './field.ts'
import { IssueFinder } from './issue-finder.ts'
import type { RecordIssue } from './record-issue.ts'
import type { RecordSchema } from './record-schema.ts'
import { isSchemaNode } from './schema-node.ts'

/** What one schema says of one record. */
export interface RecordCheck {
  isValid(record: unknown): boolean
  /** Every violation, the record's own fields first; empty for a valid record. */
  issues(record: unknown, row: number): readonly RecordIssue[]
  /** The record to check and to write; the same one unless the stage coerces. */
  coerce(record: unknown): unknown
}

export interface RecordCheckOptions {
  /** See `coerceRecord`. */
  readonly coerce: boolean
}

export function createRecordCheck(schema: RecordSchema, compile: Compile, options: RecordCheckOptions): RecordCheck {
  const node = isSchemaNode(schema.json) ? schema.json : {}
  const validator = compile<TSchema>(toCheckSchema(node))
  // The compiled check reads optional members through the prototype chain, where `toString` is always present.
  const isValid = hasInheritedName(schema.fields)
    ? (record: unknown) => validator.Check(withoutPrototype(record))
    : (record: unknown) => validator.Check(record)
  let finder: IssueFinder | undefined
  return {
    isValid,
    issues(record, row) {
      if (isValid(record)) return []
      finder ??= new IssueFinder(node, compile)
      const faults = finder.find(record, '')
      if (faults.length > 0) return faults.map((fault) => ({ row, ...fault }))
      return validator.Errors(record).map(({ instancePath, keyword, message }) => {
        return { row, pointer: instancePath, rule: keyword, message }
      })
    },
    coerce: options.coerce ? (record) => coerceRecord(record, schema.fields) : (record) => record,
  }
}

function hasInheritedName(fields: readonly Field[]): boolean {
  return fields.some(({ name, type }) => {
    if (name in Object.prototype) return true
    if (type.kind === 'struct') return hasInheritedName(type.fields)
    return (type.kind === 'list' || type.kind === 'fixed-list') && hasInheritedName([type.item])
  })
}

/** A copy that has nothing but its own members. */
function withoutPrototype(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(withoutPrototype)
  if (!isSchemaNode(value) || ArrayBuffer.isView(value)) return value
  const copy: Record<string, unknown> = Object.create(null)
  for (const name of Object.keys(value)) copy[name] = withoutPrototype(value[name])
  return copy
}
