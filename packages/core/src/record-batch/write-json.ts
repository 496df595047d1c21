import { encodeBase64 } from '../schema/base64.ts'
import type { Field } from '../schema/field.ts'
import type { RecordBatch } from './record-batch.ts'
import type { ColumnVector } from './vectors/column-vector.ts'
import { writeJsonFloat } from './write-json-float.ts'
import { writeJsonString } from './write-json-string.ts'

/**
 * The rows of one batch as JSON texts. NaN and the infinities are null; an int64 past 2^53 is a string, and bytes
 * are base64.
 */
export interface BoundJsonWriter {
  /** The row as an object, whatever the number of fields. */
  object(row: number): string
  /** The bare value where there is one field, else the object. */
  prediction(row: number): string
}

export interface JsonWriter {
  bind(batch: RecordBatch): BoundJsonWriter
}

type WriteCell = (row: number) => string

/**
 * `exact` is for readers that keep what a literal says: an int64 is written with all its digits, not as a text, and -0
 * with its sign.
 */
export type JsonForm = 'plain' | 'exact'

/** Does once for a schema what does not depend on the batch; binding to a batch is cheap. */
export function compileJsonWriter(fields: readonly Field[], form: JsonForm = 'plain'): JsonWriter {
  const prefixes = compilePrefixes(fields)
  return {
    bind(batch) {
      const cells = batch.columns.map((column) => bindCell(column, form))
      const object = bindObject(prefixes, cells)
      return { object, prediction: cells.length === 1 ? cells[0] : object }
    },
  }
}

/** What stands before each value: `{"a":`, then `,"b":`. */
function compilePrefixes(fields: readonly Field[]): readonly string[] {
  return fields.map(({ name }, index) => `${index === 0 ? '{' : ','}${JSON.stringify(name)}:`)
}

function bindObject(prefixes: readonly string[], cells: readonly WriteCell[]): WriteCell {
  if (cells.length === 0) return () => '{}'
  if (cells.length === 1) {
    const [prefix] = prefixes
    const [cell] = cells
    return (row) => `${prefix}${cell(row)}}`
  }
  return (row) => {
    let text = ''
    for (let index = 0; index < cells.length; index++) text += prefixes[index] + cells[index](row)
    return `${text}}`
  }
}

function bindCell(vector: ColumnVector, form: JsonForm): WriteCell {
  const write = bindValue(vector, form)
  const { nulls } = vector
  return nulls.validity === undefined ? write : (row) => (nulls.has(row) ? 'null' : write(row))
}

/** Writes values of rows that are not null. */
function bindValue(vector: ColumnVector, form: JsonForm): WriteCell {
  switch (vector.kind) {
    case 'number': {
      const { values } = vector
      if (vector.field.type.kind !== 'float') return (row) => `${values[row]}`
      if (form === 'exact') return (row) => (Object.is(values[row], -0) ? '-0' : writeJsonFloat(values[row]))
      return (row) => writeJsonFloat(values[row])
    }
    case 'int64':
      if (form === 'exact') return (row) => `${vector.values[row]}`
      return (row) => {
        const value = vector.numberAt(row)
        return Number.isSafeInteger(value) ? `${value}` : `"${vector.values[row]}"`
      }
    case 'bool':
      return (row) => (vector.bits.get(row) ? 'true' : 'false')
    case 'utf8':
      return (row) => writeJsonString(vector.get(row) ?? '')
    case 'binary': {
      const { offsets, bytes } = vector
      return (row) => `"${encodeBase64(bytes, offsets[row], offsets[row + 1])}"`
    }
    case 'list': {
      const item = bindCell(vector.items, form)
      return (row) => writeList(item, vector.offsets[row], vector.offsets[row + 1])
    }
    case 'fixed-list': {
      const item = bindCell(vector.items, form)
      return (row) => writeList(item, row * vector.size, (row + 1) * vector.size)
    }
    case 'struct': {
      const prefixes = compilePrefixes(vector.columns.map(({ field }) => field))
      return bindObject(
        prefixes,
        vector.columns.map((column) => bindCell(column, form)),
      )
    }
  }
}

function writeList(item: WriteCell, from: number, to: number): string {
  if (from === to) return '[]'
  let text = `[${item(from)}`
  for (let index = from + 1; index < to; index++) text += `,${item(index)}`
  return `${text}]`
}
