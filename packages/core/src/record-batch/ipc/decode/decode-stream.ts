import type { Field } from '../../../schema/field.ts'
import { RecordBatch } from '../../record-batch.ts'
import { rewriteColumns } from '../../rewrite-columns.ts'
import type { ColumnSource } from '../../vectors/column-vector.ts'
import { messageHeader } from '../arrow-format.ts'
import { BodyCursor } from './body-cursor.ts'
import { ColumnDecoder, lengthOf } from './column-decoder.ts'
import { type DecodeOptions, defaultDecodeOptions } from './decode-options.ts'
import { decodeKnownFields, decodeSchema } from './decode-schema.ts'
import type { FlatTable } from './flat-table.ts'
import { guardDecoding, malformed, unsupported } from './malformed.ts'
import { type Message, readMessages } from './read-messages.ts'
import type { WireField } from './wire-field.ts'

export interface DecodedStream {
  readonly fields: readonly Field[]
  readonly batches: readonly RecordBatch[]
  /** Up to and with the end mark: another stream may stand behind it. */
  readonly byteLength: number
}

/**
 * Reads an Arrow IPC stream, whoever wrote it. Batches are views of `bytes` where their columns are laid out as ours;
 * dictionaries, large and view types and other units of time are rewritten. Every length, offset and count is checked.
 * Throws BODY_MALFORMED, or BODY_TOO_LARGE where rewriting would take more memory than `options` allow.
 */
export function decodeStream(bytes: Uint8Array, options: Partial<DecodeOptions> = {}): DecodedStream {
  return guardDecoding(() => new StreamDecoder({ ...defaultDecodeOptions, ...options }).decode(bytes))
}

/**
 * The columns of a stream that can be told in our types; the others are left out. `wanted` may say what some become, as
 * the options of `decodeStream` do. Throws BODY_MALFORMED.
 */
export function describeStream(bytes: Uint8Array, wanted: readonly Field[] = []): readonly Field[] {
  return guardDecoding(() => {
    const [first] = readMessages(bytes)
    if (first?.headerType !== messageHeader.schema) throw malformed('it does not begin with a schema')
    return decodeKnownFields(first.header, { ...defaultDecodeOptions, fields: wanted })
  })
}

class StreamDecoder {
  readonly #options: DecodeOptions
  readonly #dictionaries = new Map<number, ColumnSource>()
  readonly #batches: RecordBatch[] = []
  #schema: readonly WireField[] | undefined
  #rowCount = 0

  constructor(options: DecodeOptions) {
    this.#options = options
  }

  decode(bytes: Uint8Array): DecodedStream {
    const messages = readMessages(bytes)
    let next = messages.next()
    for (; next.done !== true; next = messages.next()) this.#decodeMessage(next.value)
    if (this.#schema === undefined) throw malformed('it has no schema')
    return { fields: fieldsOf(this.#schema), batches: this.#batches, byteLength: next.value }
  }

  #decodeMessage({ headerType, header, body }: Message): void {
    if (this.#schema === undefined) {
      if (headerType !== messageHeader.schema) throw malformed('it does not begin with a schema')
      this.#schema = decodeSchema(header, this.#options)
      return
    }
    switch (headerType) {
      case messageHeader.recordBatch:
        this.#decodeBatch(this.#schema, this.#cursorOf(header, body))
        return
      case messageHeader.dictionaryBatch: {
        // Table DictionaryBatch: id, data (a record batch of one column), whether it adds to an earlier one.
        const data = header.table(1)
        if (data === undefined) throw malformed('a dictionary has no values')
        if (header.int8(2) !== 0) throw unsupported('a dictionary that is extended later')
        this.#decodeDictionary(this.#schema, header.int64(0), this.#cursorOf(data, body))
        return
      }
      default:
        throw malformed(`it has a message of kind ${headerType}`)
    }
  }

  #decodeBatch(schema: readonly WireField[], cursor: BodyCursor): void {
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
      this.#batches.push(new RecordBatch(layout, cursor.buffer, cursor.rowCount))
      return
    }
    const sources = columns.map((column) => decoder.open(column))
    this.#batches.push(rewriteColumns(fields, sources, cursor.rowCount, this.#options.maxBytes))
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
