import { type Compile, type Field, pointerTo, type RecordSchema } from '@redesmyn/core'
import { rulesOfFields } from '../text/field-rules.ts'
import { SchemaCheck } from '../text/schema-check.ts'
import type { ReadRecord } from '../text/read-record.ts'
import { cellValue } from './cell-value.ts'
import type { CsvDialect } from './csv-dialect.ts'
import { type Cell, splitCells } from './split-cells.ts'

/** Of a wrong value so many characters are told. */
const toldCharacters = 40

/** A column of a file that is read. */
interface CsvColumn {
  readonly field: Field
  /** Its place in the file's records. */
  readonly place: number
  /** Whether an empty value is null in a record; elsewhere it is a missing member. */
  readonly takesNull: boolean
}

/** Reads records one by one, through texts and the schema's compiled check. */
export class CsvRecords {
  readonly #columns: readonly CsvColumn[]
  readonly #columnCount: number
  readonly #delimiter: string
  readonly #nullTexts: ReadonlySet<string>
  readonly #check: SchemaCheck
  readonly #decoder = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true })

  /** `names` are the columns of the file, in order. */
  constructor(schema: RecordSchema, names: readonly string[], dialect: CsvDialect, compile: Compile) {
    this.#columns = rulesOfFields(schema).flatMap(({ field, takesNull }) => {
      const place = names.indexOf(field.name)
      return place < 0 ? [] : [{ field, place, takesNull }]
    })
    this.#columnCount = names.length
    this.#delimiter = String.fromCharCode(dialect.delimiter)
    this.#nullTexts = new Set(dialect.nullTexts)
    this.#check = new SchemaCheck(schema, compile)
  }

  /** Reads a record that is given without its line's end. */
  read(bytes: Uint8Array): ReadRecord {
    let text: string
    try {
      text = this.#decoder.decode(bytes)
    } catch {
      return malformed('expected UTF-8, got other bytes')
    }
    const split = splitCells(text, this.#delimiter)
    if (split.kind === 'bad') return malformed(split.message)
    const { cells } = split
    if (cells.length !== this.#columnCount) {
      return malformed(`expected ${this.#columnCount} values, got ${cells.length}`)
    }
    return this.#readCells(cells)
  }

  #readCells(cells: readonly Cell[]): ReadRecord {
    const record: Record<string, unknown> = Object.create(null)
    for (const { field, place, takesNull } of this.#columns) {
      const cell = cells[place]
      if (this.#isNull(cell, field)) {
        if (!field.isNullable) return invalid(`${pointerTo('', field.name)} must be there, got ${toldNull(cell)}`)
        if (takesNull) record[field.name] = null
        continue
      }
      const read = cellValue(cell, field)
      if ('expected' in read)
        return invalid(`${pointerTo('', field.name)} must be ${read.expected}, got ${told(cell.text)}`)
      record[field.name] = read.value
    }
    if (this.#check.isValid(record)) return { kind: 'record', record }
    return invalid(this.#check.describe(record))
  }

  /** An empty value of a column of texts that has no nulls is an empty text, and so is an empty one within quotes. */
  #isNull({ text, isQuoted }: Cell, { type, isNullable }: Field): boolean {
    if (text !== '') return !isQuoted && this.#nullTexts.has(text)
    return type.kind === 'utf8' || type.kind === 'binary' ? isNullable && !isQuoted : true
  }
}

function malformed(message: string): ReadRecord {
  return { kind: 'bad', code: 'BODY_MALFORMED', message }
}

function invalid(message: string): ReadRecord {
  return { kind: 'bad', code: 'RECORD_INVALID', message }
}

function toldNull({ text }: Cell): string {
  return text === '' ? 'none' : `${told(text)}, which means null`
}

function told(text: string): string {
  return JSON.stringify(text.length > toldCharacters ? `${text.slice(0, toldCharacters)}…` : text)
}
