import type { HandlerColumns } from '@redesmyn/core'
import type { RecordBatch, Table, Vector } from 'apache-arrow'

/** Arrow's own numbers for the types whose values are typed arrays as they lie. */
const typeId = { int: 2, float: 3, timestamp: 10 } as const
const halfPrecision = 0
const milliseconds = 1

/** Whether a handler returned a record batch or a table, of whichever copy of Arrow its app has. */
export function isArrowTable(value: unknown): value is RecordBatch | Table {
  if (!isObject(value) || typeof value.numRows !== 'number' || typeof value.getChildAt !== 'function') return false
  return isObject(value.schema) && Array.isArray(value.schema.fields)
}

export function isArrowVector(value: unknown): value is Vector {
  if (!isObject(value) || typeof value.toArray !== 'function') return false
  return typeof value.numChildren === 'number' && Array.isArray(value.data)
}

/** The columns by name: typed arrays where they are views, else readers. */
export function arrowColumns(table: RecordBatch | Table): HandlerColumns {
  const columns: Record<string, unknown> = Object.create(null)
  for (const [index, { name }] of table.schema.fields.entries()) {
    const vector = table.getChildAt(index)
    if (vector !== null) columns[name] = vectorColumn(vector)
  }
  return columns
}

export function vectorColumn(vector: Vector): unknown {
  if (vector.nullCount === 0 && isTypedArray(vector.type)) return vector.toArray()
  return { length: vector.length, get: (row: number) => plainValue(vector.get(row)) }
}

function isTypedArray(type: { readonly typeId: number; readonly precision?: number; readonly unit?: number }): boolean {
  if (type.typeId === typeId.int) return true
  if (type.typeId === typeId.float) return type.precision !== halfPrecision
  return type.typeId === typeId.timestamp && type.unit === milliseconds
}

/** Lists come as vectors, structs as proxies; either may hold the other. */
function plainValue(value: unknown): unknown {
  if (isArrowVector(value)) return Array.from({ length: value.length }, (_, index) => plainValue(value.get(index)))
  if (ArrayBuffer.isView(value)) return value
  if (!isObject(value) || typeof value.toJSON !== 'function') return value
  const fields: Record<string, unknown> = value.toJSON()
  return Object.fromEntries(Object.entries(fields).map(([name, field]) => [name, plainValue(field)]))
}

function isObject(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null
}
