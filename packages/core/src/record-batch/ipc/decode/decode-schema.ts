import { PipelineError } from '../../../errors/pipeline-error.ts'
import type { Field } from '../../../schema/field.ts'
import type { DecodeLimits, DecodeOptions } from './decode-options.ts'
import { decodeInt, decodeType } from './decode-type.ts'
import type { FlatTable } from './flat-table.ts'
import { malformed, unsupported } from './malformed.ts'
import { skippedChildren, skippedEncoding } from './skipped-encoding.ts'
import type { WireEncoding, WireField } from './wire-field.ts'

/** Table Schema: endianness (0 is little), fields. */
export function decodeSchema(table: FlatTable, options: DecodeOptions): WireField[] {
  if (table.int16(0) !== 0) throw unsupported('big-endian data')
  const { fields: wanted } = options
  const decoder = new SchemaDecoder(options)
  const tables = table.tables(1)
  if (wanted === undefined) return decoder.decodeFields(tables, 0)
  const fields = tables.map((column) => {
    const target = wanted.find(({ name }) => name === column.string(0))
    return target === undefined ? decoder.skipField(column, 0) : decoder.decodeField(column, 0, target)
  })
  return withUniqueNames(fields)
}

/** The columns of a schema that can be told in our types. */
export function decodeKnownFields(table: FlatTable, options: DecodeOptions): Field[] {
  return table.tables(1).flatMap((column) => {
    try {
      const target = options.fields?.find(({ name }) => name === column.string(0))
      return [new SchemaDecoder(options).decodeField(column, 0, target).field]
    } catch (error) {
      if (error instanceof PipelineError) return []
      throw error
    }
  })
}

class SchemaDecoder {
  readonly #limits: DecodeLimits
  #fieldCount = 0

  constructor(limits: DecodeLimits) {
    this.#limits = limits
  }

  decodeFields(tables: readonly FlatTable[], depth: number): WireField[] {
    if (depth > this.#limits.maxDepth) throw malformed(`fields are nested deeper than ${this.#limits.maxDepth}`)
    return withUniqueNames(tables.map((table) => this.decodeField(table, depth)))
  }

  /** Table Field: name, nullable, type (its id, then its table), dictionary, children. */
  decodeField(table: FlatTable, depth: number, wanted?: Field): WireField {
    this.#countField()
    const name = table.string(0)
    const typeTable = table.table(3)
    if (typeTable === undefined) throw malformed(`column "${name}" has no type`)
    const children = this.decodeFields(table.tables(5), depth + 1)
    const { type, encoding } = decodeType({
      name,
      id: table.int8(2),
      table: typeTable,
      children: children.map(({ field }) => field),
      wanted: wanted?.type,
    })
    const field: Field = { name, type, isNullable: table.int8(1) !== 0 || encoding.kind === 'null' }
    const dictionary = table.table(4)
    if (dictionary === undefined) return { field, encoding, children }
    return { field, encoding: decodeDictionaryEncoding(dictionary), children: [{ field, encoding, children }] }
  }

  /** Table Field, where nobody asks for the column. The type stands for any: nobody reads the values. */
  skipField(table: FlatTable, depth: number): WireField {
    this.#countField()
    if (depth > this.#limits.maxDepth) throw malformed(`fields are nested deeper than ${this.#limits.maxDepth}`)
    const field = { name: table.string(0), type: { kind: 'binary' }, isNullable: true } as const
    const children = skippedChildren(table).map((child) => this.skipField(child, depth + 1))
    return { field, encoding: skippedEncoding(table), children }
  }

  /** Several places may point to one table, so that few bytes could unfold into any number of fields. */
  #countField(): void {
    if (++this.#fieldCount > this.#limits.maxFields)
      throw malformed(`it has more than ${this.#limits.maxFields} fields`)
  }
}

function withUniqueNames(fields: WireField[]): WireField[] {
  const names = new Set(fields.map(({ field }) => field.name))
  if (names.size !== fields.length) throw malformed('two columns have the same name')
  return fields
}

/** Table DictionaryEncoding: id, index type (int32 where absent). */
function decodeDictionaryEncoding(table: FlatTable): WireEncoding {
  const indexType = table.table(1)
  const index = indexType === undefined ? defaultIndexType : decodeInt(indexType)
  return { kind: 'dictionary', id: table.int64(0), index: { ...index, as: 'number' } }
}

const defaultIndexType = { kind: 'int', bits: 32, isSigned: true, as: 'number' } as const
