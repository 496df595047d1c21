import type { Field } from '../../../schema/field.ts'
import { RecordBatch } from '../../record-batch.ts'
import { rewriteColumns } from '../../rewrite-columns.ts'
import type { ColumnSource } from '../../vectors/column-vector.ts'
import { messageHeader } from '../arrow-format.ts'
import { BodyCursor } from './body-cursor.ts'
import { ColumnDecoder, lengthOf } from './column-decoder.ts'
import type { DecodeOptions } from './decode-options.ts'
import { decodeSchema } from './decode-schema.ts'
import type { FlatTable } from './flat-table.ts'
import { malformed, unsupported } from './malformed.ts'
import type { Message } from './read-messages.ts'
import type { WireField } from './wire-field.ts'

/** Takes the messages of one stream in their order, and keeps of them what later ones need. */
export class StreamDecoder {
  readonly #options: DecodeOptions
  readonly #dictionaries = new Map<number, ColumnSource>()
  #schema: readonly WireField[] | undefined
  #rowCount = 0

  constructor(options: DecodeOptions) {
    this.#options = options
  }

  /** Those that are read. Throws BODY_MALFORMED where no schema has come. */
  get fields(): readonly Field[] {
    if (this.#schema === undefined) throw malformed('it has no schema')
    return fieldsOf(this.#schema)
  }

  /** Whether a column that is read may use the dictionary. */
  hasDictionary(id: number): boolean {
    return this.#dictionaries.has(id)
  }

  /** Undefined for a message that brings no rows. */
  take({ headerType, header, body }: Message): RecordBatch | undefined {
    if (this.#schema === undefined) {
      if (headerType !== messageHeader.schema) throw malformed('it does not begin with a schema')
      this.#schema = decodeSchema(header, this.#options)
      return undefined
    }
    switch (headerType) {
      case messageHeader.recordBatch:
        return this.#decodeBatch(this.#schema, this.#cursorOf(header, body))
      case messageHeader.dictionaryBatch: {
        // Table DictionaryBatch: id, data (a record batch of one column), whether it adds to an earlier one.
        const data = header.table(1)
        if (data === undefined) throw malformed('a dictionary has no values')
        if (header.int8(2) !== 0) throw unsupported('a dictionary that is extended later')
        this.#decodeDictionary(this.#schema, header.int64(0), this.#cursorOf(data, body))
        return undefined
      }
      default:
        throw malformed(`it has a message of kind ${headerType}`)
    }
  }

  #decodeBatch(schema: readonly WireField[], cursor: BodyCursor): RecordBatch {
    this.#rowCount += cursor.rowCount
    if (this.#rowCount > this.#options.maxRows) throw malformed(`it has more than ${this.#options.maxRows} rows`)
    const decoder = this.#decoderOf(cursor)
    const columns = schema.flatMap((wire) => {
      if (wire.encoding.kind !== 'skipped') return [decoder.decode(wire)]
      decoder.skip(wire)
      return []
    })
    if (columns.some((column) => lengthOf(column) !== cursor.rowCount))
      throw malformed('a column is not as long as its batch')
    const fields = fieldsOf(schema)
    const layouts = columns.flatMap(({ layout }) => layout ?? [])
    if (layouts.length === columns.length) {
      const layout = {
        fields,
        columns: layouts,
        rows: cursor.rowCount,
        byteOffset: 0,
        byteLength: cursor.buffer.byteLength,
      }
      return new RecordBatch(layout, cursor.buffer, cursor.rowCount)
    }
    const sources = columns.map((column) => decoder.open(column))
    return rewriteColumns(fields, sources, cursor.rowCount, this.#options.maxBytes)
  }

  #decodeDictionary(schema: readonly WireField[], id: number, cursor: BodyCursor): void {
    const wire = findDictionary(schema, id)
    // Where only some columns are read, this may be one of the others.
    if (wire === undefined && this.#options.fields !== undefined) return
    if (wire === undefined) throw malformed(`no column uses dictionary ${id}`)
    const decoder = this.#decoderOf(cursor)
    this.#dictionaries.set(id, decoder.open(decoder.decode(wire)))
  }

  #cursorOf(table: FlatTable, body: Uint8Array): BodyCursor {
    return new BodyCursor(table, body, this.#options.maxRows)
  }

  #decoderOf(cursor: BodyCursor): ColumnDecoder {
    const { maxBytes, times } = this.#options
    return new ColumnDecoder(cursor, { dictionaries: this.#dictionaries, maxBytes, times })
  }
}

/** The type of a dictionary's values: that of the first column that uses it. */
function findDictionary(fields: readonly WireField[], id: number): WireField | undefined {
  for (const { encoding, children } of fields) {
    if (encoding.kind === 'dictionary' && encoding.id === id) return children[0]
    const inner = findDictionary(children, id)
    if (inner !== undefined) return inner
  }
  return undefined
}

function fieldsOf(schema: readonly WireField[]): Field[] {
  return schema.flatMap(({ field, encoding }) => (encoding.kind === 'skipped' ? [] : [field]))
}
